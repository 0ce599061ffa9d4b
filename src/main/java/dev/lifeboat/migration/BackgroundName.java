package dev.lifeboat.migration;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;
import java.util.regex.Pattern;

/// What the background checkpoints of one workload on one node are called:
/// `pi-0-3f9a2c81d04e-b1763746512000`. No migration's checkpoint is called so, and whoever looks for
/// what an agent saved alone does not find them: their source was let go on.
///
/// @param start that all of them share
public record BackgroundName(String start) {
    private static final Pattern FORM = Pattern.compile(".*-b[0-9]{13}");

    /// They do not depend on any notice, nor on who asks.
    public static BackgroundName of(WorkloadId workload, NodeName node) {
        return new BackgroundName(MigrationId.of(NoticeId.of("background", node.value()), workload, 1) + "-b");
    }

    /// In the order of their names they are in the order of time.
    public CheckpointId taken(Instant at) {
        return new CheckpointId(start + "%013d".formatted(at.toEpochMilli()));
    }

    /// Whether it is one of any workload's.
    public static boolean isOne(CheckpointId checkpoint) {
        return FORM.matcher(checkpoint.value()).matches();
    }
}
