package dev.lifeboat.migration;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.plan.Circumstances;
import dev.lifeboat.plan.EvacuationPlan;
import dev.lifeboat.plan.Explanation;
import dev.lifeboat.plan.Tenant;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What was decided. The journal of these is the only truth: all else is a fold of it.
public sealed interface JournalEvent {
    /// When it was decided, by the orchestrator's clock.
    Instant at();

    /// About one node.
    sealed interface OfNode extends JournalEvent {
        Notice notice();
    }

    /// The notice counts: from now on it is part of what is known of its node.
    record NoticeAccepted(Notice notice, Instant at) implements OfNode {}

    /// The notice starts nothing, and why.
    record NoticeSetAside(Notice notice, Instant at, SetAsideReason reason) implements OfNode {}

    /// Why the plan of a node is what it is. Evidence for people and for `explain`: no state is made from it.
    sealed interface OfPlan extends JournalEvent {
        NodeName node();
    }

    /// A plan was drawn, on these facts; what was known of each workload follows, one [DecisionExplained] each.
    ///
    /// @param circumstances what the planner was asked with, workloads aside
    /// @param standing the plan that it was drawn anew from; null for a first one
    record PlanDrawn(
            NodeName node,
            Instant at,
            Circumstances circumstances,
            @Nullable EvacuationPlan standing) implements OfPlan {}

    /// What was known of one workload when its node's plan was drawn, and what was decided.
    record DecisionExplained(NodeName node, Instant at, Tenant tenant, Explanation explanation) implements OfPlan {}

    /// About one migration.
    sealed interface OfMigration extends JournalEvent permits MigrationEvent {
        MigrationId migration();
    }
}
