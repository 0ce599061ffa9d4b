package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs a command to its end and watches how large it gets.
final class Command {
    /// Long enough for a dump of any size that a bench would be asked for.
    private static final int LONGEST_MINUTES = 10;

    /// Often enough to see the peak of a process that lives a third of a second.
    private static final int LOOK_EVERY_MILLIS = 10;

    private Command() {}

    /// @return the largest resident size that was seen
    /// @throws IOException with the end of its output when it fails
    static ByteCount run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("bench", ".log");
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return await(process, command, output);
        } finally {
            Files.delete(output);
        }
    }

    private static ByteCount await(Process process, List<String> command, Path output)
            throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(LONGEST_MINUTES);
        var peak = ByteCount.ZERO;
        while (!process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
            var seen = Account.peakOf(process.pid());
            peak = seen.compareTo(peak) > 0 ? seen : peak;
            if (System.nanoTime() > giveUp) {
                process.destroyForcibly();
                throw new IOException(command + " has not ended after " + LONGEST_MINUTES + " minutes");
            }
        }
        if (process.exitValue() != 0) {
            var lines = Files.readAllLines(output);
            var tail = lines.subList(Math.max(0, lines.size() - 5), lines.size());
            throw new IOException(command + " failed with " + process.exitValue() + ": " + String.join(" | ", tail));
        }
        return peak;
    }
}
