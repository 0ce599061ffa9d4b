package dev.lifeboat.workload;

import dev.lifeboat.quantity.ByteCount;

/// What a workload weighs right now.
///
/// @param resident what a full dump has to carry: memory (PSS where known, else RSS), and files of volumes
/// @param shared the part that can never be incremental (shmem, memfd, tmpfs, files); at most `resident`
/// @param tasks threads and processes, at least 1
public record Footprint(ByteCount resident, ByteCount shared, int tasks) {
    public Footprint {
        if (tasks < 1) {
            throw new IllegalArgumentException("a workload has at least one task: " + tasks);
        }
    }
    /// With files that every dump carries whole.
    public Footprint with(ByteCount files) {
        return new Footprint(resident.plus(files), shared.plus(files), tasks);
    }
}
