package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.Provided;
import dev.lifeboat.agent.Checkpointer.DumpOutcome;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.edge.criu.runc.RuncContainers;
import dev.lifeboat.edge.launch.CriuOnLinux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The OCI runtime wrapper under a real containerd, which knows nothing of it.
final class OciWrapperIT {
    private static final String NAME = "oci-" + ProcessHandle.current().pid();
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(3);

    private final RecordingSink sink = new RecordingSink();

    @TempDir
    private Path folder;

    private Path criu;
    private Path restores;
    private ContainerImage image;
    private RuncContainers source;
    private Containerd containerd;

    @BeforeEach
    void provide() throws Exception {
        Provided.root();
        criu = Crius.SID.path();
        restores = Files.createTempDirectory(Path.of("/dev/shm"), "lifeboat-it-");
        image = ContainerImage.make(folder);
        source = new RuncContainers(ContainerImage.runc(), criu, folder.resolve("node-a"));
        containerd = Containerd.start(folder, Containerd.wrapper(folder), criu, restores);
    }

    @AfterEach
    void clear() throws Exception {
        containerd.delete(NAME);
        containerd.close();
        source.clear(NAME);
        FileUtils.deleteDirectory(restores.toFile());
    }

    @Test
    void aContainerThatAsksForACheckpointGoesOnWhereItWasAndOnlyOnce() throws Exception {
        Path config = image.config(ContainerImage.Kind.PLAIN);
        long pid = source.start(NAME, config, List.of(image.layer()));
        Path before = folder.resolve("node-a/bundles").resolve(NAME).resolve("rootfs");
        awaitSteps(before, 3);
        Path images = Files.createDirectory(restores.resolve("shop-cart"));
        var checkpointer = new CriuCheckpointer(criu, new CriuOnLinux(), folder, source);
        assertThat(checkpointer.dump(new Source(pid, images, LIMIT), sink, () -> Verdict.KILL))
                .isInstanceOf(DumpOutcome.Killed.class);
        long saved = steps(before);
        source.clear(NAME);
        new PageImages(images, images, checkpointer.version()).write(sink);

        Path rootfs = rootfs("first");
        assertThat(run(config, rootfs, "shop-cart")).isEmpty();
        awaitSteps(rootfs, saved + 3);
        ContainerImage.wholeAndUnbroken(rootfs.resolve(ContainerImage.LOG));
        assertThat(images).doesNotExist();

        containerd.delete(NAME);
        Path afresh = rootfs("second");
        assertThat(run(config, afresh, "shop-cart")).isEmpty();
        awaitSteps(afresh, 1);
        assertThat(Files.readAllLines(afresh.resolve(ContainerImage.LOG)).getFirst())
                .startsWith("1 ");
    }

    @Test
    void aCheckpointThatIsNotThereFailsTheStartUnlessAColdOneIsAllowedWhichEndsAsTheProgramDoes() throws Exception {
        Path config = image.config(ContainerImage.Kind.PLAIN);
        assertThat(run(config, rootfs("first"), "nowhere")).contains("checkpoint nowhere is not on this node");
        containerd.delete(NAME);

        annotate(config, "lifeboat.dev/otherwise", "cold-start");
        Path rootfs = rootfs("second");
        assertThat(run(config, rootfs, "nowhere")).isEmpty();
        awaitSteps(rootfs, 1);
        containerd.delete(NAME);

        var json = new JsonMapper();
        var failing = (ObjectNode) json.readTree(config.toFile());
        failing.withObjectProperty("process")
                .putArray("args")
                .add("/bin/sh")
                .add("-c")
                .add("exit 42");
        json.writeValue(config.toFile(), failing);
        assertThat(containerd.runToItsEnd(config, NAME)).isEqualTo(42);
    }

    @Test
    void aContainerThatAsksForNothingIsPlainRuncs() throws Exception {
        Path config = image.config(ContainerImage.Kind.PLAIN);
        Path rootfs = rootfs("first");
        assertThat(run(config, rootfs, "")).isEmpty();
        awaitSteps(rootfs, 1);
        assertThat(containerd.ctr("task", "list")).contains(NAME).contains("RUNNING");
    }

    /// @return what containerd complains of
    private String run(Path config, Path rootfs, String checkpoint) throws IOException, InterruptedException {
        var config2 = (ObjectNode) new JsonMapper().readTree(config.toFile());
        config2.withObjectProperty("root").put("path", rootfs.toString());
        new JsonMapper().writeValue(config.toFile(), config2);
        annotate(config, "lifeboat.dev/restore", checkpoint);
        return containerd.run(config, NAME);
    }

    private static void annotate(Path config, String key, String value) throws IOException {
        var json = new JsonMapper();
        var tree = (ObjectNode) json.readTree(config.toFile());
        tree.withObjectProperty("annotations").put(key, value);
        json.writeValue(config.toFile(), tree);
    }

    /// A copy of the image, as a snapshotter would mount one.
    private Path rootfs(String name) throws IOException, InterruptedException {
        Path target = folder.resolve("rootfs-" + name);
        Containerd.call(List.of("cp", "-a", image.layer().toString(), target.toString()));
        return target;
    }

    private void awaitSteps(Path rootfs, long atLeast) throws IOException {
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        while (steps(rootfs) < atLeast) {
            assertThat(System.nanoTime())
                    .as("%d of %d steps", steps(rootfs), atLeast)
                    .isLessThan(giveUp);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static long steps(Path rootfs) throws IOException {
        Path log = rootfs.resolve(ContainerImage.LOG);
        return Files.exists(log) ? Files.readAllLines(log).size() : 0;
    }
}
