package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Taken;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came of one background round over one workload.
///
/// @param result not whole when a save came, or the store or the dumper failed
/// @param age since the chain's round before it began; null for the first
/// @param trouble what the store or the dumper said; null when nothing went wrong
public record Copied(
        Workload workload,
        Round.Result result,
        @Nullable Duration age,
        Duration took,
        @Nullable String trouble) {
    public boolean whole() {
        return result.whole();
    }

    public Taken taken() {
        return result.taken();
    }

    /// What a forecast learns from it: how much had changed since the last round, and what compression made of that.
    List<Observation> observations(Instant now) {
        if (age == null || taken().fresh().bytes() == 0) {
            return List.of();
        }
        return List.of(
                new Observation.Dirtied(now, workload, age, taken().fresh()),
                new Observation.Packed(now, workload, taken().fresh(), taken().stored()));
    }
}
