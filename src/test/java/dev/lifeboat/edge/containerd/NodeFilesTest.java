package dev.lifeboat.edge.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeFilesTest {
    private static final Path ECHO = Path.of("/bin/echo");

    @TempDir
    private Path folder;

    /// Its libraries are its own: the launcher names nothing that lies outside the folder.
    @Test
    void aProgramRunsFromTheFolderThatItWasPutInto() throws Exception {
        var files = new NodeFiles(Path.of("/"), folder);

        files.withLibraries(ECHO);

        assertThat(said(files.program("echo"), "ahoy")).isEqualTo("ahoy\n");
        assertThat(Files.readString(files.program("echo")).lines().skip(1).findFirst())
                .hasValueSatisfying(line -> assertThat(line.split(" ", -1))
                        .filteredOn(word -> word.startsWith("/"))
                        .hasSize(3)
                        .allMatch(word -> word.startsWith(folder.toString())));
    }

    @Test
    void pathsAreTheNodesNotThisProcess() throws Exception {
        var files = new NodeFiles(folder.resolve("node"), Path.of("/opt/lifeboat"));

        files.alone(ECHO);
        files.withLibraries(ECHO);

        assertThat(folder.resolve("node/opt/lifeboat/bin/echo"))
                .content()
                .contains("exec /opt/lifeboat/echo/ld-linux")
                .doesNotContain(folder.toString());
    }

    @Test
    void whatIsThereAlreadyIsNotWrittenAgain() throws Exception {
        var files = new NodeFiles(folder, Path.of("/opt/lifeboat"));

        assertThat(files.write(Path.of("/etc/settings"), "a")).isTrue();
        assertThat(files.write(Path.of("/etc/settings"), "a")).isFalse();
        assertThat(files.write(Path.of("/etc/settings"), "b")).isTrue();
        assertThat(folder.resolve("etc")).isDirectoryContaining(file -> file.endsWith("settings"));
    }

    private static String said(Path program, String word) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program.toString(), word).start();
        String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return words;
    }
}
