package dev.lifeboat.migration;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Fallback;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.policy.Background;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Connections;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a node's agent is to do by itself: how to copy ahead, and, when a notice comes and nobody can
/// be asked, the last plan for its node.
///
/// @param version grows with every plan for the node: milliseconds of the orchestrator's clock
/// @param saves in the plan's order; what is not here is let go
/// @param ahead how its workloads are copied ahead until then; null from orchestrators that do
///     not say
/// @param terms of saves, whoever orders them; null from orchestrators that do not say
/// @param kept which of its workloads are checkpointed while they run on; null from orchestrators
///     that do not say
public record StandingOrders(
        NodeName node,
        long version,
        List<Entry> saves,
        @Nullable List<Rhythm> ahead,
        @Nullable List<Terms> terms,
        @Nullable List<Keeping> kept) {
    /// Nobody begins anything alone for a machine that goes later than this: the orchestrator will have
    /// been asked by then.
    public static final Duration LEAD = Duration.ofMinutes(15);

    /// Said again although nothing has changed, well within the topic's retention: older ones are those of a node that
    /// nobody has heard of for as long.
    public static final Duration REPEATED = Duration.ofDays(1);

    /// What the workload's policy wants of every save. Nothing was said of workloads that are not named.
    ///
    /// @param key that its checkpoints are sealed under, as the policy names it; null where none does
    public record Terms(
            WorkloadId workload,
            Connections connections,
            @Nullable String key) {
        /// Of a workload of which nothing was said: no connection is cut, and the agent's own key seals.
        public static Terms unsaid(WorkloadId workload) {
            return new Terms(workload, Connections.REFUSE, null);
        }
    }

    /// How complete checkpoints of a workload are taken while it runs on.
    ///
    /// @param last how many of them are kept, 1 or more
    public record Keeping(WorkloadId workload, Background how, int last) {}

    /// @param turn that the workload's next migration off this node has, see [MigrationId#of]
    /// @param rounds pre-dump rounds before the final dump, 0 or more
    /// @param needs what a destination must have, whatever its size; null where nobody knows. The orchestrator that
    ///     hears of the act may be one that never heard of the node
    public record Entry(
            WorkloadId workload,
            int turn,
            int rounds,
            @Nullable Needs needs) {
        /// The same for the workload's next migration, once this one was taken back.
        public Entry again() {
            return new Entry(workload, turn + 1, rounds, needs);
        }

        /// The order that the orchestrator would give, under the same key: whoever of the two is first, it is done
        /// once.
        public Order.Save order(NodeName node, NoticeId notice, Instant deadline) {
            MigrationId id = MigrationId.of(notice, workload, turn);
            return save(new Subject(id, node, workload, notice, deadline, planned(rounds), null));
        }
    }

    /// How one workload is copied ahead of any notice, within its policy's budget.
    ///
    /// @param every from the start of a round to the next; null for not at all: rounds would not pay
    /// @param processorShare of one core, over 0
    /// @param link towards the store, over zero
    public record Rhythm(WorkloadId workload, @Nullable Duration every, double processorShare, ByteRate link) {
        /// Whether a workload would hardly notice which of the two it is copied by: a forecast's jitter is no news.
        public boolean like(Rhythm other) {
            boolean allowed = processorShare == other.processorShare && link.equals(other.link);
            return workload.equals(other.workload) && allowed && near(every, other.every);
        }

        private static boolean near(@Nullable Duration one, @Nullable Duration other) {
            if (one == null || other == null) {
                return one == null && other == null;
            }
            return one.toMillis() <= NEAR * other.toMillis() && other.toMillis() <= NEAR * one.toMillis();
        }

        /// Three of the planner's steps of 9 %.
        private static final double NEAR = 1.3;
    }

    public StandingOrders {
        saves = List.copyOf(saves);
        ahead = ahead == null ? null : List.copyOf(ahead);
        terms = terms == null ? null : List.copyOf(terms);
        kept = kept == null ? null : List.copyOf(kept);
    }

    /// How complete checkpoints of the workload are taken while it runs on; empty for none.
    public Optional<Keeping> keeping(WorkloadId workload) {
        return (kept == null ? List.<Keeping>of() : kept)
                .stream().filter(each -> each.workload().equals(workload)).findFirst();
    }

    /// Empty while nobody has spoken of the workload.
    public Optional<Terms> terms(WorkloadId workload) {
        return (terms == null ? List.<Terms>of() : terms)
                .stream().filter(each -> each.workload().equals(workload)).findFirst();
    }

    /// Of the workloads of which something was said.
    public List<Rhythm> rhythms() {
        return ahead == null ? List.of() : ahead;
    }

    /// Whether the same is to be done, whenever it was said.
    public boolean sameAs(StandingOrders other) {
        return node.equals(other.node)
                && saves.equals(other.saves)
                && rhythms().equals(other.rhythms())
                && Objects.equals(terms, other.terms)
                && Objects.equals(kept, other.kept);
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
