package dev.lifeboat.edge.demo.victim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TickLogTest {
    private final List<String> lines = fiveTicks();

    @Test
    void findsNothingWrongWithAWholeFile() {
        TickLog log = TickLog.of(lines);
        assertThat(log.broken()).isEmpty();
        assertThat(log.last())
                .hasValueSatisfying(tick -> assertThat(tick.number()).isEqualTo(5));
        assertThat(log.lastAt()).hasValue(Instant.ofEpochMilli(5_700));
    }

    @Test
    void measuresTheLongestSilence() {
        assertThat(TickLog.of(lines).longestGap()).isEqualTo(Duration.ofMillis(4_900));
    }

    @Test
    void missesALineThatWasTakenOut() {
        String after = lines.get(3);
        lines.remove(2);
        assertThat(TickLog.of(lines).broken()).hasValue(after);
    }

    @Test
    void noticesALineThatWasChanged() {
        String forged = lines.get(2).replace("passes 2", "passes 9");
        lines.set(2, forged);
        assertThat(TickLog.of(lines).broken()).hasValue(forged);
    }

    @Test
    void noticesALineThatIsNoTick() {
        lines.add("tick 6 at noon");
        assertThat(TickLog.of(lines).broken()).hasValue("tick 6 at noon");
    }

    @Test
    void leavesALineThatIsStillBeingWritten(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("ticks"), String.join("\n", lines) + "\ntick 6 at 59");
        assertThat(TickLog.read(file)).isEqualTo(TickLog.of(lines));
    }

    @Test
    void isEmptyBeforeTheVictimHasBegun(@TempDir Path folder) throws IOException {
        assertThat(TickLog.read(folder.resolve("none")).last()).isEmpty();
    }

    private static List<String> fiveTicks() {
        long[] at = {200, 400, 600, 800, 5_700};
        var lines = new ArrayList<String>();
        Tick tick = Tick.NONE;
        for (int i = 0; i < at.length; i++) {
            tick = tick.then(at[i], i, 100L * i, Mix.next(i));
            lines.add(tick.line());
        }
        return lines;
    }
}
