package dev.lifeboat.migration;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;

/// What a node's agent is to do. Derived from a migration's state, so it may come again: agents deduplicate by
/// [#key()].
public sealed interface Order {
    /// Derived, such as `m-1/restore-2`: the same order has the same key however often it is sent.
    String key();

    MigrationId migration();

    /// The node whose agent acts.
    NodeName node();

    WorkloadId workload();

    /// Take the final checkpoint; the workload stays frozen until the manifest is committed, then it is killed.
    ///
    /// @param rounds pre-dump rounds first, 0 or more
    /// @param deadline when the machine is taken; past it nothing is worth starting
    record Save(
            String key,
            MigrationId migration,
            NodeName node,
            WorkloadId workload,
            CheckpointId checkpoint,
            int rounds,
            Instant deadline)
            implements Order {}

    /// Stop a save that has not committed yet; the workload thaws.
    record Abort(String key, MigrationId migration, NodeName node, WorkloadId workload, CheckpointId checkpoint)
            implements Order {}

    /// Claim the checkpoint and run the workload here.
    ///
    /// @param attempt counts from 1
    record Restore(
            String key, MigrationId migration, NodeName node, WorkloadId workload, CheckpointId checkpoint, int attempt)
            implements Order {}

    /// The workload lives elsewhere now: make sure that nothing of it is left here.
    record Release(String key, MigrationId migration, NodeName node, WorkloadId workload) implements Order {}
}
