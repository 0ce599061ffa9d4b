package dev.lifeboat.migration;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a migration is about; pinned when it begins, but for the deadline and the plan.
///
/// @param home the doomed node
/// @param notice the first notice that doomed it
/// @param deadline when the machine is taken; moves when another notice says otherwise
/// @param planned what its node's plan has for it; changes with the plan
/// @param needs what a destination must have, as home and policy were when it began; home may be gone by the time
///     that one is looked for. Null in journals from before they were kept
public record Subject(
        MigrationId id,
        NodeName home,
        WorkloadId workload,
        NoticeId notice,
        Instant deadline,
        Planned planned,
        @Nullable Needs needs) {
    /// Where nothing was kept, anything will do.
    private static final Needs ANYTHING = Needs.of(ByteCount.ZERO);

    public Needs needed() {
        return needs == null ? ANYTHING : needs;
    }

    Subject due(Instant other) {
        return new Subject(id, home, workload, notice, other, planned, needs);
    }

    Subject planned(Planned other) {
        return new Subject(id, home, workload, notice, deadline, other, needs);
    }

    OrderId order(String step) {
        return new OrderId(id + "/" + step, id, home);
    }
}
