package dev.lifeboat.migration;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;

/// What a migration is about; pinned when it begins, but for the deadline and the plan.
///
/// @param home the doomed node
/// @param notice the first notice that doomed it
/// @param deadline when the machine is taken; moves when another notice says otherwise
/// @param planned what its node's plan has for it; changes with the plan
public record Subject(
        MigrationId id, NodeName home, WorkloadId workload, NoticeId notice, Instant deadline, Planned planned) {
    Subject due(Instant other) {
        return new Subject(id, home, workload, notice, other, planned);
    }

    Subject planned(Planned other) {
        return new Subject(id, home, workload, notice, deadline, other);
    }

    OrderId order(String step) {
        return new OrderId(id + "/" + step, id, home);
    }
}
