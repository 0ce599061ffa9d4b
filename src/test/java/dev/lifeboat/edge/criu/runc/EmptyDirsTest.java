package dev.lifeboat.edge.criu.runc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which volumes a container's config names, what they weigh, and when they stay.
final class EmptyDirsTest {
    private static final String UID = "0b5a3e0c-7d2f";
    private static final ByteCount MOST = new ByteCount(100_000);

    /// A file, its folder and the volume's.
    private static final int BESIDE = 3 * 2_048;

    @TempDir
    private Path folder;

    @Test
    void oneThatIsMountedTwiceReadOnlyOrInPartIsThereOnceAndWhole() throws Exception {
        volume("files", 10_000);
        volume("partly", 20_000);
        var found = mounted(place("files"), place("files"), pod().resolve("volume-subpaths/partly/main/0"));

        assertThat(found.all()).extracting(EmptyDir::name).containsExactly("files", "partly");
        assertThat(found.all()).extracting(EmptyDir::folder).containsExactly(place("files"), place("partly"));
        assertThat(found.weigh()).isEqualTo(new Volumes(new ByteCount(30_000 + 2 * BESIDE), List.of()));
    }

    @Test
    void othersVolumesAndOtherKindsAreNone() throws Exception {
        Path another = Files.createDirectories(folder.resolve("pods/another/volumes/kubernetes.io~empty-dir/files"));

        assertThat(mounted(
                                another,
                                pod().resolve("volumes/kubernetes.io~configmap/settings"),
                                pod().resolve("volume-subpaths/settings/main/0"),
                                pod().resolve("etc-hosts"))
                        .all())
                .isEmpty();
    }

    @Test
    void whatIsTooLargeInAllStaysAndIsNotPacked() throws Exception {
        volume("a", 50_000);
        volume("b", 50_000);
        var found = mounted(place("a"), place("b"));

        assertThat(found.weigh().staying()).containsExactly("b is too large: more than 97.7 KiB in all emptyDirs");
        assertThatThrownBy(() -> found.pack(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("b is too large");
    }

    @Test
    void asMuchAsThereMayBeComesAlong() throws Exception {
        volume("a", 50_000);
        volume("b", 50_000 - 2 * BESIDE);

        assertThat(mounted(place("a"), place("b")).weigh().staying()).isEmpty();
    }

    @Test
    void oneThatTheAgentDoesNotSeeStays() throws Exception {
        assertThat(mounted(place("unseen")).weigh().staying())
                .singleElement()
                .asString()
                .contains("unseen is not to be seen here");
    }

    @Test
    void oneOfWhichASingleFileIsMountedStays() throws Exception {
        volume("files", 1);
        Path bound = pod().resolve("volume-subpaths/files/main/0");
        Files.createDirectories(bound.resolveSibling(""));

        assertThat(mounted(Files.writeString(bound, "")).weigh().staying())
                .containsExactly("a single file of files is mounted (subPath)");
    }

    @Test
    void whatAPodKeepsInSharedMemoryComesAlongAndTheNodesStays() throws Exception {
        for (String place : List.of("sandboxes/%s/shm", "overlay-containers/%s/userdata/shm")) {
            Path shared = Files.createDirectories(folder.resolve(place.formatted("0a".repeat(32))));
            Files.write(shared.resolve("segment"), new byte[7]);

            var found = config(mount(shared, "/dev/shm"));

            assertThat(found.all()).containsExactly(new EmptyDir("dev.shm", shared));
            assertThat(found.weigh()).isEqualTo(new Volumes(new ByteCount(7 + 2 * EmptyDir.BESIDE), List.of()));
        }
        assertThat(config(mount(Path.of("/dev/shm"), "/dev/shm")).weigh().staying())
                .containsExactly("its /dev/shm is the node's (hostIPC)");
        volume("own", 1);
        assertThat(config(mount(place("own"), "/dev/shm")).all())
                .extracting(EmptyDir::name)
                .containsExactly("own");
    }

    private Path pod() {
        return folder.resolve("pods").resolve(UID);
    }

    private Path place(String name) {
        return pod().resolve("volumes/kubernetes.io~empty-dir").resolve(name);
    }

    /// With a file in a folder of it.
    private void volume(String name, int bytes) throws IOException {
        Files.write(Files.createDirectories(place(name).resolve("below")).resolve("file"), new byte[bytes]);
    }

    private EmptyDirs mounted(Path... sources) throws IOException {
        return config(Stream.of(sources).map(source -> mount(source, "/mnt")).toArray(String[]::new));
    }

    private static String mount(Path source, String destination) {
        return "{\"type\": \"bind\", \"source\": \"%s\", \"destination\": \"%s\", \"options\": [\"rbind\", \"ro\"]}"
                .formatted(source, destination);
    }

    private EmptyDirs config(String... all) throws IOException {
        String mounts = String.join(", ", all);
        Path config = Files.writeString(folder.resolve("config.json"), "{\"mounts\": [" + mounts + "]}");
        return EmptyDirs.of(OciConfig.read(config), UID, MOST);
    }
}
