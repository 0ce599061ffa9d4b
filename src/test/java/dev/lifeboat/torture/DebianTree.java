package dev.lifeboat.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Provided;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Debian's programs in a folder of their own, run by the folder's ld.so with the folder's libraries.
record DebianTree(Path folder) {
    static DebianTree provision() throws IOException, InterruptedException {
        return new DebianTree(Path.of(Provided.by("provision-victims")));
    }

    /// The words that run one of its programs.
    ///
    /// @param program from the root of the tree, such as `/usr/bin/redis-server`
    List<String> command(String program, String... arguments) throws IOException {
        return command(List.of(), program, arguments);
    }

    /// @param preloaded names of the tree's libraries that come before all others
    List<String> command(List<String> preloaded, String program, String... arguments) throws IOException {
        var words = new ArrayList<String>();
        words.add(folder.resolve("usr/lib64/ld-linux-x86-64.so.2").toString());
        words.add("--library-path");
        words.add(String.join(":", libraries()));
        for (String each : preloaded) {
            words.add("--preload");
            words.add(libraries().getFirst() + "/" + each);
        }
        words.add(folder + program);
        words.addAll(List.of(arguments));
        return words;
    }

    /// Runs one of its programs to its end.
    ///
    /// @return what it wrote
    String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
        return said;
    }

    /// The folders of its shared libraries, the main one first; alternatives such as BLAS have folders below it.
    private List<String> libraries() throws IOException {
        Path main = folder.resolve("usr/lib/x86_64-linux-gnu");
        try (Stream<Path> below = Stream.of("blas", "lapack").map(main::resolve)) {
            return Stream.concat(Stream.of(main), below.filter(Files::isDirectory))
                    .map(Path::toString)
                    .toList();
        }
    }
}
