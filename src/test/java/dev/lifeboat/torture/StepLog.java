package dev.lifeboat.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// What a victim that proves itself writes: lines that begin with 0, 1, 2 and so on.
record StepLog(Path file) {
    /// What is busy may be starved by others.
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    /// Its whole lines; fails unless their numbers follow one another.
    List<String> lines() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        String all = Files.readString(file, StandardCharsets.UTF_8);
        List<String> lines = all.substring(0, all.lastIndexOf('\n') + 1).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).as("line %d of %s", i, file).startsWith(i + " ");
        }
        return lines;
    }

    /// Waits for that many more.
    ///
    /// @return all
    List<String> more(int steps) throws Exception {
        int before = lines().size();
        awaits(steps + " more lines after " + before + " of " + file, () -> lines().size() >= before + steps);
        return lines();
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
