package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.workload.Workload;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A workload that runs on this node.
///
/// @param pid root of its process tree
/// @param restoredFrom the checkpoint that it was restored from on this node, if it was
public record Evacuee(Workload workload, long pid, @Nullable CheckpointId restoredFrom) {
    public Optional<CheckpointId> origin() {
        return Optional.ofNullable(restoredFrom);
    }
}
