package dev.lifeboat.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Victims that check all that they hold, and say so line by line.
final class SelfChecking {
    private static final Path SOURCES = Drawn.top().resolve("src/test/resources/torture");

    private SelfChecking() {}

    /// [Heap] under G1.
    static final class Jvm implements Victim {
        private StepLog log = new StepLog(Path.of("/nowhere"));

        @Override
        public List<String> command(Path folder) throws URISyntaxException {
            log = new StepLog(folder.resolve("output.log"));
            Path classes = Path.of(Heap.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseG1GC",
                    "-XX:-UsePerfData",
                    "-Xms1g",
                    "-Xmx1g",
                    "-cp",
                    classes.toString(),
                    Heap.class.getName(),
                    "512");
        }

        @Override
        public void load() throws Exception {
            log.more(2);
        }

        @Override
        public void verify() throws Exception {
            assertThat(log.more(3)).allMatch(line -> line.matches("\\d+ ok \\d+"));
        }
    }

    /// numpy-victim.py, judged by another process that computes the same from nothing.
    static final class Numpy implements Victim {
        private final DebianTree debian;
        private StepLog log = new StepLog(Path.of("/nowhere"));

        Numpy(DebianTree debian) {
            this.debian = debian;
        }

        @Override
        public List<String> command(Path folder) throws Exception {
            log = new StepLog(folder.resolve("steps.log"));
            return python();
        }

        private List<String> python(String... arguments) throws Exception {
            var words = new ArrayList<>(List.of("/usr/bin/env", "PYTHONHOME=" + debian.folder() + "/usr"));
            words.addAll(debian.command(
                    "/usr/bin/python3.13", SOURCES.resolve("numpy-victim.py").toString()));
            words.addAll(List.of(arguments));
            return words;
        }

        @Override
        public void load() throws Exception {
            log.more(2);
        }

        @Override
        public void verify() throws Exception {
            String[] last = log.more(2).getLast().split(" ", -1);
            assertThat(last[1]).as("the hash at step %s", last[0]).isEqualTo(debian.run(python("--expect", last[0])));
        }
    }

    /// bomb.c.
    static final class Bomb implements Victim {
        private final Path program;
        private StepLog log = new StepLog(Path.of("/nowhere"));

        /// @param program what [#compile] has made
        Bomb(Path program) {
            this.program = program;
        }

        /// Runs on any machine of this make: it needs no library.
        ///
        /// @param program that is made
        static Path compile(Path program) throws Exception {
            Process compiler = new ProcessBuilder(
                            "cc",
                            "-O2",
                            "-static",
                            "-pthread",
                            "-o",
                            program.toString(),
                            SOURCES.resolve("bomb.c").toString())
                    .inheritIO()
                    .start();
            assertThat(compiler.waitFor()).as("cc").isZero();
            return program;
        }

        @Override
        public List<String> command(Path folder) {
            log = new StepLog(folder.resolve("output.log"));
            return List.of(program.toString());
        }

        @Override
        public void load() throws Exception {
            log.more(5);
        }

        @Override
        public void verify() throws Exception {
            int before = log.lines().size();
            List<String> all = log.more(10);
            assertThat(all).allMatch(line -> line.matches("\\d+ ok \\d+"));
            assertThat(forked(all.getLast())).as("children").isGreaterThan(forked(all.get(before - 1)));
        }

        private static long forked(String line) {
            return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
        }
    }
}
