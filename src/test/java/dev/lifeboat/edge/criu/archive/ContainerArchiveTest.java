package dev.lifeboat.edge.criu.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.PageSink;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.edge.criu.RecordingSink;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContainerArchiveTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    void everyPageGoesToTheSink() throws Exception {
        var sink = new RecordingSink();

        try (var archive = ContainerArchive.open(Sample.in(folder))) {
            assertThat(archive.pour(sink).bytes()).isEqualTo(77_824 + 61_440);
        }

        assertThat(sink.objects())
                .containsExactlyInAnyOrder(
                        new MemoryObject(MemoryObject.Kind.TASK, 1), new MemoryObject(MemoryObject.Kind.TASK, 166));
        assertThat(sink.bytes()).isEqualTo(77_824 + 61_440);
        assertThat(sink.objects().stream().flatMap(owner -> sink.extents(owner).stream()))
                .allMatch(extent -> extent.length() <= PageSink.LONGEST_EXTENT);
    }

    @Test
    void whatIsNotPagesIsUnpacked() throws Exception {
        Path images = Files.createDirectory(folder.resolve("images"));

        try (var archive = ContainerArchive.open(Sample.in(folder))) {
            assertThat(archive.container()).isEqualTo(Sample.CONTAINER);
            archive.unpack(images);
        }

        try (Stream<Path> files = Files.list(images)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("core-1.img", "inventory.img", "descriptors.json", "tmpfs-dev-69.tar.gz.img")
                    .contains(ContainerArchive.CHANGES)
                    .noneMatch(name -> name.startsWith("pages-") || name.startsWith("pagemap-"));
        }
    }

    @Test
    void deletionsBecomeWhatAnOverlayNotes() throws Exception {
        Path images = Files.createDirectory(folder.resolve("images"));

        try (var archive = ContainerArchive.open(Sample.in(folder))) {
            archive.unpack(images);
        }

        Map<String, TarArchiveEntry> changes = entries(images.resolve(ContainerArchive.CHANGES));
        assertThat(changes.get("bin/wget")).satisfies(deleted -> {
            assertThat(deleted.isCharacterDevice()).isTrue();
            assertThat(deleted.getDevMajor() + deleted.getDevMinor()).isZero();
        });
        assertThat(changes).containsKeys("etc/n/1", "tmp/x", "tmp/count").doesNotContainKey("bin/.wh.wget");
    }

    @Test
    void aFolderThatWasReplacedSaysSo() throws Exception {
        byte[] layer = layer("srv/", "srv/.wh..wh..opq", "srv/new", "opt/");
        Path changed = folder.resolve("changes.tar");

        new LayerChanges(() -> new ByteArrayInputStream(layer), 1000).writeTo(changed);

        Map<String, TarArchiveEntry> changes = entries(changed);
        assertThat(changes.keySet()).containsExactly("srv/", "srv/new", "opt/");
        assertThat(changes.values().stream()
                        .filter(entry -> entry.getExtraPaxHeader("SCHILY.xattr.trusted.overlay.opaque") != null)
                        .map(TarArchiveEntry::getName))
                .containsExactly("srv/");
    }

    @Test
    void aLayerLargerThanAllowedIsRefused() {
        assertThatThrownBy(() -> new LayerChanges(() -> new ByteArrayInputStream(layer("big")), 2)
                        .writeTo(folder.resolve("changes.tar")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("keep such on a volume");
    }

    @Test
    void pagesThatDoNotFitTheirMapAreRefused() throws Exception {
        Path broken = Sample.with(folder, Map.of("checkpoint/pages-1.img", new byte[4096]));

        try (var archive = ContainerArchive.open(broken)) {
            assertThatThrownBy(() -> archive.pour(new RecordingSink())).hasMessageContaining("its map says 77824");
        }
    }

    @Test
    void aMapThatEndsEarlyIsRefused() throws Exception {
        Path broken = Sample.with(folder, Map.of("checkpoint/pagemap-1.img", new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9}));

        try (var archive = ContainerArchive.open(broken)) {
            assertThatThrownBy(() -> archive.pour(new RecordingSink())).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aNameThatLeavesTheFolderIsRefused() throws Exception {
        Path hostile = Sample.with(folder, Map.of("checkpoint/../../etc/passwd", new byte[1]));

        try (var archive = ContainerArchive.open(hostile)) {
            assertThatThrownBy(() -> archive.unpack(Files.createDirectory(folder.resolve("images"))))
                    .hasMessageContaining("an image named");
        }
    }

    @Test
    void deletionsBesideTheLayerAreRefusedRatherThanForgotten() throws Exception {
        Path crio = Sample.with(folder, Map.of("deleted.files", "[\"/bin/wget\"]".getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> ContainerArchive.open(crio)).hasMessageContaining("CRI-O");
    }

    @Test
    void whatIsNoTarIsRefused() throws Exception {
        Path nonsense = Files.write(folder.resolve("nonsense"), new byte[] {1, 2, 3});

        assertThatThrownBy(() -> ContainerArchive.open(nonsense)).isInstanceOf(IOException.class);
    }

    private static byte[] layer(String... names) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes)) {
            for (String name : names) {
                var entry = new TarArchiveEntry(name);
                byte[] content = name.endsWith("/") ? new byte[0] : name.getBytes(StandardCharsets.UTF_8);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static Map<String, TarArchiveEntry> entries(Path file) throws IOException {
        var entries = new LinkedHashMap<String, TarArchiveEntry>();
        try (var tar = new TarArchiveInputStream(Files.newInputStream(file))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.put(entry.getName(), entry);
            }
        }
        return entries;
    }
}
