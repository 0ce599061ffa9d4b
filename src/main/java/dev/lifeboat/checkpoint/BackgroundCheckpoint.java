package dev.lifeboat.checkpoint;

import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;

/// The newest complete checkpoint of a workload that runs on: what it goes back to when its node dies
/// without notice.
///
/// @param ago since the workload stood still for it; what it did since then would be lost
/// @param frozen how long it stood still
/// @param stored bytes put into the store for it, beyond what lay there ahead
public record BackgroundCheckpoint(
        WorkloadId workload, CheckpointId id, Duration ago, Duration frozen, ByteCount stored) {
    public BackgroundCheckpoint {
        if (ago.isNegative() || frozen.isNegative()) {
            throw new IllegalArgumentException(id + " cannot be of " + ago + " ago, or have taken " + frozen);
        }
    }

    /// The same, when so much more time has passed.
    public BackgroundCheckpoint later(Duration passed) {
        return passed.isNegative() ? this : new BackgroundCheckpoint(workload, id, ago.plus(passed), frozen, stored);
    }
}
