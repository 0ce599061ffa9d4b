package dev.lifeboat.edge.process;

import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Footprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// One process tree as /proc shows it (proc(5)).
final class Tree {
    private static final Path PROC = Path.of("/proc");

    /// SIGKILL works at once, but for a task in the kernel's hands.
    private static final int KILLED_WITHIN_SECONDS = 10;

    /// An execve(2) takes microseconds, a processor for it up to a second on a crowded machine.
    private static final int LOOKS = 1_000;

    private static final long BETWEEN_LOOKS_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Tree() {}

    /// When the process started, in clock ticks since boot: with the pid it names one process for ever. Empty when it
    /// does not run: gone, or a zombie.
    static OptionalLong startTicks(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            boolean ended = fields[0].equals("Z") || fields[0].equals("X");
            return ended ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields[22 - 3]));
        } catch (IOException gone) {
            return OptionalLong.empty();
        }
    }

    /// Since the process was started, or restored; zero when it does not run.
    static Duration runningFor(long pid) {
        OptionalLong ticks = startTicks(pid);
        if (ticks.isEmpty()) {
            return Duration.ZERO;
        }
        try {
            String[] uptime = Files.readString(PROC.resolve("uptime")).split(" ", -1);
            long millis = (long) (Double.parseDouble(uptime[0]) * 1_000) - ticks.getAsLong() * MILLIS_OF_TICK;
            return Duration.ofMillis(Math.max(0, millis));
        } catch (IOException noProc) {
            return Duration.ZERO;
        }
    }

    /// USER_HZ is 100 on every architecture that CRIU knows (time(7)).
    private static final int MILLIS_OF_TICK = 10;

    /// What the tree weighs now; empty when it has gone meanwhile.
    ///
    /// Resident is proportional (PSS), so that what two processes share counts once. A process in the middle of an
    /// execve(2) has no memory to show for an instant, but it runs.
    static Optional<Footprint> footprint(long root) {
        Optional<Footprint> seen = look(root);
        for (int again = 0; again < LOOKS && seen.isEmpty() && startTicks(root).isPresent(); again++) {
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
            seen = look(root);
        }
        return seen;
    }

    private static Optional<Footprint> look(long root) {
        long resident = 0;
        long shared = 0;
        int tasks = 0;
        for (ProcessHandle process : all(root)) {
            try {
                Path folder = PROC.resolve(Long.toString(process.pid()));
                List<String> rollup = Files.readAllLines(folder.resolve("smaps_rollup"));
                resident += kibibytes(rollup, "Pss:");
                shared += kibibytes(rollup, "Pss_Shmem:");
                try (Stream<Path> threads = Files.list(folder.resolve("task"))) {
                    tasks += (int) threads.count();
                }
            } catch (IOException gone) {
                // It ended while we looked; the others still count.
            }
        }
        if (tasks == 0) {
            return Optional.empty();
        }
        return Optional.of(new Footprint(new ByteCount(resident * 1024), new ByteCount(shared * 1024), tasks));
    }

    /// SIGKILL to all of it, until nothing of it runs.
    ///
    /// @throws IllegalStateException when something outlives that
    static void kill(long root) throws InterruptedException {
        List<ProcessHandle> tree = all(root);
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(KILLED_WITHIN_SECONDS);
        while (tree.stream().anyMatch(Tree::runs)) {
            tree.forEach(ProcessHandle::destroyForcibly);
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException(
                        "pid " + root + " outlived SIGKILL for " + KILLED_WITHIN_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static boolean runs(ProcessHandle process) {
        return startTicks(process.pid()).isPresent();
    }

    private static List<ProcessHandle> all(long root) {
        var tree = new ArrayList<ProcessHandle>();
        ProcessHandle.of(root).ifPresent(process -> {
            tree.add(process);
            process.descendants().forEach(tree::add);
        });
        return tree;
    }

    private static long kibibytes(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line ->
                        Long.parseLong(line.substring(name.length()).strip().split(" ", -1)[0]))
                .sum();
    }
}
