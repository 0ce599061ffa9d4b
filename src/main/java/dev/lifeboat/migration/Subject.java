package dev.lifeboat.migration;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;

/// What a migration is about; pinned when it begins, but for the deadline.
///
/// @param home the doomed node
/// @param notice the first notice that doomed it
/// @param deadline when the machine is taken; moves when another notice says otherwise
/// @param rounds pre-dump rounds that the plan allows before the final dump, 0 or more
public record Subject(
        MigrationId id, NodeName home, WorkloadId workload, NoticeId notice, Instant deadline, int rounds) {
    public Subject {
        if (rounds < 0) {
            throw new IllegalArgumentException("rounds cannot be negative: " + rounds);
        }
    }

    Subject due(Instant other) {
        return new Subject(id, home, workload, notice, other, rounds);
    }

    OrderId order(String step) {
        return new OrderId(id + "/" + step, id, home);
    }
}
