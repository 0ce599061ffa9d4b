package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.demo.victim.Tick;
import dev.lifeboat.edge.demo.victim.TickLog;
import dev.lifeboat.edge.demo.victim.Victim;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The demo's victim as a workload, judged by its file and by /proc alone.
///
/// @param folder of the workload
record CountingVictim(Path folder) {
    static final WorkloadId ID = new WorkloadId("demo", "victim");
    static final int MEBIBYTES = 48;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

    /// Writes its workload file.
    static Path spec(Path target) throws IOException, URISyntaxException {
        return spec(target, MEBIBYTES);
    }

    /// Writes the workload file of one with that much memory.
    static Path spec(Path target, int mebibytes) throws IOException, URISyntaxException {
        Path classes = Path.of(
                Victim.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        var command = List.of(
                java.toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xmx" + (mebibytes + 48) + "m",
                "-cp",
                classes.toString(),
                Victim.class.getName(),
                "--memory",
                mebibytes + "m",
                "--threads",
                "2",
                "--pass",
                Integer.toString(Math.clamp(6L * mebibytes, 300, 1_000)));
        return Files.writeString(
                target,
                "{\"id\": \"%s\", \"command\": [%s], \"class\": \"victim\"}"
                        .formatted(
                                ID,
                                command.stream().map(word -> "\"" + word + "\"").collect(Collectors.joining(", "))));
    }

    long ticks() throws IOException {
        return log().last().map(Tick::number).orElse(0L);
    }

    /// Fails unless it goes through all of its memory twice more, whole from its first line on, untraced.
    void goesOn() throws Exception {
        long passes = log().last().map(Tick::passes).orElse(0L);
        awaits(
                "two more passes",
                () -> log().last().filter(tick -> tick.passes() >= passes + 2).isPresent());
        assertThat(processes()).hasSize(1);
        assertThat(threadsOf(processes().getFirst())).noneMatch(CountingVictim::standsStill);
    }

    /// What the victim and its file say of themselves.
    private TickLog log() throws IOException {
        TickLog log = TickLog.read(folder.resolve("ticks.log"));
        assertThat(log.broken()).as("a line that does not follow").isEmpty();
        Path output = folder.resolve("output.log");
        if (Files.exists(output)) {
            assertThat(Files.readString(output)).doesNotContain("BROKEN");
        }
        return log;
    }

    /// Living processes whose working folder is the victim's.
    List<Long> processes() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> folder.equals(workingFolder(pid)))
                .toList();
    }

    /// A zombie has no working folder.
    private static Path workingFolder(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd"));
        } catch (IOException gone) {
            return Path.of("/proc");
        }
    }

    private static List<List<String>> threadsOf(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return threads.map(CountingVictim::status).toList();
        }
    }

    private static List<String> status(Path thread) {
        try {
            return Files.readAllLines(thread.resolve("status"));
        } catch (IOException gone) {
            return List.of();
        }
    }

    /// Stopped or traced, proc_pid_status(5).
    private static boolean standsStill(List<String> status) {
        return status.stream()
                .anyMatch(line -> line.startsWith("State:\tT")
                        || line.startsWith("State:\tt")
                        || (line.startsWith("TracerPid:") && !line.endsWith("\t0")));
    }

    static void awaits(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime() - end)
                    .as("waited too long for %s", what)
                    .isNegative();
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }
}
