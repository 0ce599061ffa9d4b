package dev.lifeboat.edge.criu.runc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.Drawn;
import dev.lifeboat.Provided;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a container has changed, packed on one node and unpacked on another.
final class OverlayTest {
    private static final byte[] WORD = "escaped".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    @Test
    void deletionsReplacedFoldersOwnersAttributesCapabilitiesAndLinksAreAsTheyWere() throws Exception {
        Provided.root();
        Path upper = Files.createDirectory(folder.resolve("upper"));
        script("make", upper);
        Path packed = folder.resolve("changes.tar");

        Overlay.pack(upper, packed);
        var target = target();
        target.unpack(packed);

        assertThat(script("show", target.folder().resolve("upper")))
                .isEqualTo(script("show", upper))
                .contains("trusted.overlay.opaque", "security.capability", "user.victim", "0o104755 1234 4321");
    }

    @Test
    void aNameThatLeavesTheFolderIsRefusedAndNothingIsThere() throws Exception {
        Path changes = archive(file("../outside"));

        assertThatThrownBy(() -> target().unpack(changes)).isInstanceOf(IOException.class);

        assertThat(outside()).isEmpty();
    }

    @Test
    void aNameFromTheRootOnStaysInTheFolder() throws Exception {
        var target = target();
        target.unpack(archive(file(folder.resolve("outside").toString())));

        assertThat(outside()).isEmpty();
    }

    @Test
    void aFileBehindALinkThatLeadsOutIsNotWrittenThere() throws Exception {
        Files.createDirectory(folder.resolve("elsewhere"));
        var link = new TarArchiveEntry("way", TarConstants.LF_SYMLINK);
        link.setLinkName(folder.resolve("elsewhere").toString());
        Path changes = archive(link, file("way/outside"));

        assertThatThrownBy(() -> target().unpack(changes)).isInstanceOf(IOException.class);

        assertThat(outside()).isEmpty();
    }

    private List<Path> outside() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(each -> each.endsWith("outside") && !each.startsWith(folder.resolve("target")))
                    .toList();
        }
    }

    private Overlay target() {
        return new Overlay(folder.resolve("target"), List.of(folder));
    }

    /// The library strips a leading slash, too, unless it is told not to.
    private static TarArchiveEntry file(String name) {
        var entry = new TarArchiveEntry(name, true);
        entry.setSize(WORD.length);
        return entry;
    }

    private Path archive(TarArchiveEntry... entries) throws IOException {
        Path changes = folder.resolve("hostile.tar");
        try (var out = new TarArchiveOutputStream(Files.newOutputStream(changes))) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            for (TarArchiveEntry each : entries) {
                out.putArchiveEntry(each);
                if (!each.isSymbolicLink()) {
                    out.write(WORD);
                }
                out.closeArchiveEntry();
            }
        }
        return changes;
    }

    private static String script(String verb, Path folder) throws IOException, InterruptedException {
        Process python = new ProcessBuilder(
                        "python3",
                        Drawn.top()
                                .resolve("src/test/resources/container/changes.py")
                                .toString(),
                        verb,
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(python.waitFor()).as("changes.py " + verb).isZero();
        return said;
    }
}
