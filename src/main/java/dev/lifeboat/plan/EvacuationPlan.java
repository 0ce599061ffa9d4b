package dev.lifeboat.plan;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What happens to every workload of one doomed node: one plan, since they share its link and its window.
///
/// @param usable of the node's window when the plan was drawn
/// @param decisions what gets the link first, in the order in which it gets it, then everything else by falling
///     value
public record EvacuationPlan(NodeName node, Instant drawnAt, Duration usable, List<Decision> decisions) {
    public EvacuationPlan {
        decisions = List.copyOf(decisions);
    }

    /// Pure: the same situation gives the same plan, whatever the order of its candidates.
    public static EvacuationPlan draw(Situation situation) {
        return new Drawing(situation).draw();
    }

    /// Pure: draws this plan again for what is known now, changing no more than it must. Choices and their order
    /// stand, and only their times move, until a waiting save has become too unlikely, somebody is not in the plan,
    /// or a new plan is worth clearly more. A save under way is dropped only for a large gain, so its slack can be
    /// negative. The ladder of a decision that stands keeps the numbers that decided it.
    public EvacuationPlan redraw(Situation situation) {
        return new Redrawing(this, situation).redraw();
    }

    public Optional<Decision> of(WorkloadId workload) {
        return decisions.stream()
                .filter(decision -> decision.workload().equals(workload))
                .findFirst();
    }
}
