package dev.lifeboat.edge.demo.victim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a victim's file proves, read from its first line to its last whole one.
///
/// @param last the newest tick, empty before the first
/// @param longestGap the longest silence between two ticks: what the victim itself noticed of being frozen
/// @param broken the first line that does not follow from the one before it; empty when the file is whole
public record TickLog(Optional<Tick> last, Duration longestGap, Optional<String> broken) {

    /// A line that is still being written is left for the next reading.
    public static TickLog read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new TickLog(Optional.empty(), Duration.ZERO, Optional.empty());
        }
        String text = Files.readString(file);
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        return of(whole.lines().toList());
    }

    static TickLog of(List<String> lines) {
        Tick last = Tick.NONE;
        long gapMillis = 0;
        for (String line : lines) {
            Optional<Tick> next = following(last, line);
            if (next.isEmpty()) {
                return new TickLog(known(last), Duration.ofMillis(gapMillis), Optional.of(line));
            }
            if (!last.equals(Tick.NONE)) {
                gapMillis = Math.max(gapMillis, next.get().epochMillis() - last.epochMillis());
            }
            last = next.get();
        }
        return new TickLog(known(last), Duration.ofMillis(gapMillis), Optional.empty());
    }

    /// When the newest tick was written, by the victim's clock.
    public Optional<Instant> lastAt() {
        return last.map(tick -> Instant.ofEpochMilli(tick.epochMillis()));
    }

    private static Optional<Tick> following(Tick previous, String line) {
        try {
            return Optional.of(Tick.parse(line)).filter(tick -> tick.follows(previous));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Tick> known(Tick tick) {
        return Optional.of(tick).filter(seen -> seen.number() > 0);
    }
}
