package dev.lifeboat.edge.launch.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/// The bench's victim once it is nobody's child any more: it dies and is restored again and again, from one dump.
///
/// @param ticks what it says, in a file that it holds open
/// @param said what it had said when it was dumped; CRIU restores nobody whose files have another size
record RestoredVictim(long pid, Path ticks, String said) {
    private static final int WITHIN_SECONDS = 120;
    private static final int LOOK_EVERY_MILLIS = 20;

    /// Makes its files what they were at the dump. It must be dead.
    void rewind() throws IOException {
        Files.writeString(ticks, said, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /// Returns once it has said something new, which it does only while its memory is whole.
    void proveWhole() throws IOException, InterruptedException {
        await("say anything", () -> {
            if (ProcessHandle.of(pid).isEmpty()) {
                throw new IOException("the restored victim " + pid + " has died");
            }
            return Files.size(ticks) > said.length();
        });
    }

    /// Returns once its process number is free again.
    void kill() throws IOException, InterruptedException {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        await("be reaped", () -> !Files.exists(Path.of("/proc", Long.toString(pid))));
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }

    private void await(String what, Condition condition) throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(WITHIN_SECONDS);
        while (!condition.holds()) {
            if (System.nanoTime() > giveUp) {
                throw new IOException("process " + pid + " did not " + what + " within " + WITHIN_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
    }
}
