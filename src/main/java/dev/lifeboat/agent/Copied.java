package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Taken;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What came of one background round over one workload.
///
/// @param whole whether all of it was copied; not so when a save came, or the store failed
/// @param trouble what the store said; null when nothing went wrong
public record Copied(
        WorkloadId workload,
        Taken taken,
        boolean whole,
        Duration took,
        @Nullable String trouble) {}
