package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.demo.victim.Victim;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The demo's victim: a JVM whose memory keeps changing and keeps being checked.
final class BenchVictim implements AutoCloseable {
    /// Filling a GiB takes some seconds on two cores; an emulated one takes minutes for less.
    private static final int UP_WITHIN_SECONDS = 300;

    private static final int LOOK_EVERY_MILLIS = 20;
    private static final int PAGE = 4096;

    private static final String LOG = "victim.log";

    private final Process process;
    private final Path ticks;
    private final ByteCount memory;

    private BenchVictim(Process process, Path ticks, ByteCount memory) {
        this.memory = memory;
        this.process = process;
        this.ticks = ticks;
    }

    /// @param memory as the victim's `--memory` takes it, such as `1g`
    static BenchVictim start(Path folder, String memory) throws IOException, InterruptedException {
        return start(folder, memory, "0.02");
    }

    /// @param churn share of its memory that it rewrites in a second
    static BenchVictim start(Path folder, String memory, String churn) throws IOException, InterruptedException {
        Path ticks = folder.resolve("ticks.log");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        var process = new ProcessBuilder(List.of(
                        "setsid",
                        java.toString(),
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-XX:MaxDirectMemorySize=64g",
                        "-cp",
                        classPath(),
                        Victim.class.getName(),
                        "--memory",
                        memory,
                        "--churn",
                        churn,
                        "--pass",
                        "5000",
                        "--ticks",
                        ticks.toString()))
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(LOG).toFile())
                .start();
        var victim = new BenchVictim(process, ticks, ByteCount.parse(memory));
        victim.awaitTicks(0);
        return victim;
    }

    ByteCount memory() {
        return memory;
    }

    /// What it says; it holds the file open.
    Path ticks() {
        return ticks;
    }

    long pid() {
        return process.pid();
    }

    /// Pages that it had rewritten when it last said something, at most a fifth of a second ago.
    long steps() throws IOException {
        List<String> lines = Files.readAllLines(ticks);
        String[] words = lines.getLast().split(" ", -1);
        return Long.parseLong(words[Arrays.asList(words).indexOf("steps") + 1]);
    }

    /// Waits until it has rewritten that share of its memory, or a little more.
    ///
    /// @param before [#steps] when the waiting began to count
    /// @return the share
    double awaitChange(long before, double share) throws IOException, InterruptedException {
        long pages = memory.bytes() / PAGE;
        while (steps() - before < share * pages) {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
        return (double) (steps() - before) / pages;
    }

    /// Returns once it has said something new, which it does only while its memory is whole.
    ///
    /// @throws IOException when it has ended
    void proveWhole() throws IOException, InterruptedException {
        awaitTicks(Files.size(ticks));
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private void awaitTicks(long past) throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(UP_WITHIN_SECONDS);
        while (!Files.exists(ticks) || Files.size(ticks) <= past) {
            if (!process.isAlive()) {
                throw new IOException("the victim has ended with " + process.exitValue() + ": "
                        + Files.readString(ticks.resolveSibling(LOG)).strip());
            }
            if (System.nanoTime() > giveUp) {
                throw new IOException("the victim says nothing for " + UP_WITHIN_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
    }

    /// The product's own classes: beside `quarkus-run.jar` when packaged, else as the JVM was started.
    private static String classPath() throws IOException {
        String started = System.getProperty("java.class.path");
        Path app = Path.of(started).toAbsolutePath().resolveSibling("app");
        if (!started.endsWith(".jar") || !Files.isDirectory(app)) {
            return started;
        }
        return app + "/*";
    }
}
