package dev.lifeboat.edge.criu;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// The processes of one tree, as `/proc` shows them. A number that was given to another process since is not mistaken
/// for the tree's.
record ProcessTree(List<ProcessHandle> processes) {
    private static final Path PROC = Path.of("/proc");

    /// The kernel's bookkeeping after a kill or a detach takes milliseconds; a busy machine gets some more.
    private static final Duration SETTLING = Duration.ofSeconds(2);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);

    /// The process and all its descendants now; empty when it is gone.
    static Optional<ProcessTree> of(long root) {
        return ProcessHandle.of(root)
                .map(handle -> new ProcessTree(
                        Stream.concat(Stream.of(handle), handle.descendants()).toList()));
    }

    ProcessHandle root() {
        return processes.getFirst();
    }

    /// Whether the root is there and no thread of the tree is stopped or traced; waits a little for that.
    boolean runs() {
        return settles(() -> present(root()) && processes.stream().allMatch(ProcessTree::isFree));
    }

    /// SIGKILL to all; returns once all are dead.
    boolean kill() {
        processes.forEach(ProcessHandle::destroyForcibly);
        return isGone();
    }

    boolean isGone() {
        return settles(() -> processes.stream().noneMatch(ProcessTree::present));
    }

    /// Looks until it is so, but not for long.
    static boolean settles(BooleanSupplier state) {
        long end = System.nanoTime() + SETTLING.toNanos();
        while (!state.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        return true;
    }

    /// A zombie is dead, it only waits for its parent.
    private static boolean present(ProcessHandle process) {
        return process.isAlive()
                && state(PROC.resolve(process.pid() + "/status"))
                        .filter(state -> "ZX".indexOf(state) < 0)
                        .isPresent();
    }

    private static boolean isFree(ProcessHandle process) {
        if (!present(process)) {
            return true;
        }
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(PROC.resolve(process.pid() + "/task"))) {
            for (Path thread : threads) {
                var state = state(thread.resolve("status"));
                if (state.isPresent() && "Tt".indexOf(state.get()) >= 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException gone) {
            return !present(process);
        }
    }

    /// The letter of the `State` line of /proc/PID/status, proc_pid_status(5); a traced thread counts as `t`.
    private static Optional<Character> state(Path status) {
        try {
            char state = '?';
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("State:")) {
                    state = line.substring("State:".length()).strip().charAt(0);
                }
                if (line.startsWith("TracerPid:") && !line.endsWith("\t0") && state != 'Z') {
                    state = 't';
                }
            }
            return Optional.of(state);
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
