package dev.lifeboat.simulation;

import static java.util.Objects.requireNonNull;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What was said to be lost, held to what was.
///
/// @param diedAt when the machine was gone
/// @param late how much later than that it may have been said
/// @param stoodStill when a workload did for its checkpoint: what it did before is in there, and no more
record Losses(Instant diedAt, Duration late, Map<String, Instant> stoodStill) {
    /// The clock's, of a heartbeat.
    private static final Duration GRAIN = Duration.ofSeconds(1);

    /// Machines are taken some seconds after their deadline, and nobody hears when.
    private static final Duration UNHEARD = Duration.ofSeconds(6);

    /// @throws AssertionError when less was said than was lost, or much more
    List<Duration> of(List<JournalEvent> journal) {
        var said = new ArrayList<Duration>();
        for (JournalEvent event : journal) {
            if (event instanceof MigrationEvent.BackgroundChosen chosen) {
                Duration lost = Duration.between(takenAt(chosen.checkpoint()), diedAt);
                boolean right = chosen.lost().compareTo(lost.minus(GRAIN).minus(UNHEARD)) >= 0
                        && chosen.lost().compareTo(lost.plus(late)) <= 0;
                if (!right) {
                    throw new AssertionError("lost are " + lost + ", but said: " + chosen);
                }
                said.add(chosen.lost());
            }
        }
        return said;
    }

    /// Its name says when it was begun. The store and the dumper may be slow until it stands still,
    /// and it works on.
    private Instant takenAt(CheckpointId checkpoint) {
        return requireNonNull(stoodStill.get(checkpoint.value()), checkpoint::value);
    }
}
