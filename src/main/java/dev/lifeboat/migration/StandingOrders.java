package dev.lifeboat.migration;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Fallback;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a node's agent is to do by itself when a notice comes and nobody can be asked: the last plan for its node.
///
/// @param version grows with every plan for the node: milliseconds of the orchestrator's clock
/// @param saves in the plan's order; what is not here is let go
public record StandingOrders(NodeName node, long version, List<Entry> saves) {
    /// @param turn that the workload's next migration off this node has, see [MigrationId#of]
    /// @param rounds pre-dump rounds before the final dump, 0 or more
    /// @param needs what a destination must have, whatever its size; null where nobody knows. The orchestrator that
    ///     hears of the act may be one that never heard of the node
    public record Entry(
            WorkloadId workload,
            int turn,
            int rounds,
            @Nullable Needs needs) {
        /// The order that the orchestrator would give, under the same key: whoever of the two is first, it is done
        /// once.
        public Order.Save order(NodeName node, NoticeId notice, Instant deadline) {
            MigrationId id = MigrationId.of(notice, workload, turn);
            return save(new Subject(id, node, workload, notice, deadline, planned(rounds), null));
        }
    }

    public StandingOrders {
        saves = List.copyOf(saves);
    }

    /// Whether the same is to be done, whenever it was said.
    public boolean sameAs(StandingOrders other) {
        return node.equals(other.node) && saves.equals(other.saves);
    }

    static Planned planned(int rounds) {
        return new Planned(1, "", rounds, Fallback.Level.L0_GO_ON, Planned.Stake.NONE);
    }

    static Order.Save save(Subject subject) {
        return new Migration.Noticed(subject, 1).order();
    }

    /// When the machine is gone by this notice; [Instant#MAX] when it gives no time to act in.
    public static Instant deadline(Notice notice) {
        return switch (notice) {
            case Notice.Preemption preemption -> preemption.closesAt();
            case Notice.Drain drain -> drain.receivedAt().plus(drain.grace());
            case Notice.Advisory _, Notice.Death _, Notice.Canary _, Notice.Withdrawal _ -> Instant.MAX;
        };
    }
}
