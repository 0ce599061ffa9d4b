package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A [Victim] in a process and a session of its own, watched through its file.
final class RunningVictim implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);
    private static final int THREADS = 4;
    private static final String FILE = "victim.txt";

    private final Path file;
    private final Process process;

    private RunningVictim(Path file, Process process) {
        this.file = file;
        this.process = process;
    }

    /// How its memory and its processes are laid out.
    enum Shape {
        /// One process, private memory.
        PLAIN,
        /// A shell that waits for it.
        WITH_PARENT,
        /// A shell that makes one child after the other beside it, and counts them in the file `forked`. In
        /// brackets: without them it would make them by vfork(2), which the kernel tells nobody of.
        WITH_FORKING_PARENT,
        /// Its memory is a memfd, mapped shared: that is how ZGC does it.
        SHARED_MEMORY
    }

    static RunningVictim start(Path folder, int mebibytes) throws Exception {
        return start(folder, mebibytes, Shape.PLAIN);
    }

    /// Returns once it has been through its memory twice.
    static RunningVictim start(Path folder, int mebibytes, Shape shape) throws Exception {
        String classes = Path.of(Victim.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        // CRIU refuses a session leader outside of the tree, and files that the tree shares with others.
        var command = new ArrayList<String>(List.of("setsid"));
        if (shape == Shape.WITH_PARENT) {
            command.addAll(List.of("/bin/sh", "-c", "\"$@\"; exit 0", "parent"));
        }
        if (shape == Shape.WITH_FORKING_PARENT) {
            String forking = "\"$@\" & n=0; while kill -0 $!; do (sleep 0.01); n=$((n+1)); echo $n >"
                    + folder.resolve("forked") + "; done";
            command.addAll(List.of("/bin/sh", "-c", forking, "parent"));
        }
        command.addAll(List.of(
                java.toString(),
                shape == Shape.SHARED_MEMORY ? "-XX:+UseZGC" : "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xmx" + (mebibytes + 64) + "m",
                "-cp",
                classes,
                Victim.class.getName(),
                Integer.toString(mebibytes),
                Integer.toString(THREADS),
                folder.resolve(FILE).toString()));
        var victim = begin(folder, command);
        victim.awaits("two rounds", () -> victim.words() > 2L * (mebibytes << 17));
        return victim;
    }

    /// With a single thread, and neither memory to speak of nor words.
    static RunningVictim sleeping(Path folder) throws Exception {
        var victim = begin(folder, List.of("setsid", "sleep", "infinity"));
        Path name = Path.of("/proc", Long.toString(victim.pid()), "comm");
        victim.awaits("its sleep", () -> read(name).equals("sleep\n"));
        return victim;
    }

    private static RunningVictim begin(Path folder, List<String> command) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("victim.out").toFile())
                .start();
        return new RunningVictim(folder.resolve(FILE), process);
    }

    long pid() {
        return process.pid();
    }

    /// How far it is.
    long words() {
        String last = lastLine();
        assertThat(last).as("the victim's own check of its memory").isNotEqualTo("TORN");
        return last.isEmpty() ? 0 : Long.parseLong(last);
    }

    /// Fails unless it goes through all of its memory once more with nothing torn, untraced.
    void goesOn(int mebibytes) {
        long before = words();
        awaits("another round", () -> words() > before + 2L * (mebibytes << 17));
        assertThat(ProcessTree.of(pid()).map(ProcessTree::runs)).contains(true);
    }

    boolean isDead() {
        return ProcessTree.of(pid()).map(ProcessTree::isGone).orElse(true);
    }

    /// Returns once all of the tree, as it is now or was at its death, has been reaped: a process number stays taken
    /// while another process has it as its session.
    void awaitReaped() {
        awaits("the reaper", () -> !Files.exists(Path.of("/proc", Long.toString(pid()))) && sessionIsEmpty());
    }

    private boolean sessionIsEmpty() {
        return ProcessHandle.allProcesses().noneMatch(each -> sessionOf(each.pid()) == pid());
    }

    /// Field 6 of /proc/PID/stat, proc_pid_stat(5); the name, field 2, may hold blanks.
    private static long sessionOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3]);
        } catch (IOException gone) {
            return 0;
        }
    }

    void awaits(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end)
                    .as("waited too long for %s", what)
                    .isNegative();
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private String lastLine() {
        if (!Files.exists(file)) {
            return "";
        }
        String all = read(file);
        int end = all.lastIndexOf('\n');
        return end < 0 ? "" : all.substring(all.lastIndexOf('\n', end - 1) + 1, end);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    @Override
    public void close() {
        ProcessTree.of(pid()).ifPresent(ProcessTree::kill);
    }
}
