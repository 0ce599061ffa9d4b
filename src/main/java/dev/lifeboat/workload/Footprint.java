package dev.lifeboat.workload;

import dev.lifeboat.quantity.ByteCount;

/// What a workload weighs right now.
///
/// @param resident memory that a full dump has to carry (PSS where known, else RSS)
/// @param shared the part that can never be incremental (shmem, memfd, tmpfs); at most `resident`
/// @param tasks threads and processes, at least 1
public record Footprint(ByteCount resident, ByteCount shared, int tasks) {
    public Footprint {
        if (tasks < 1) {
            throw new IllegalArgumentException("a workload has at least one task: " + tasks);
        }
    }
}
