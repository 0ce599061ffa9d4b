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

    public Optional<Decision> of(WorkloadId workload) {
        return decisions.stream()
                .filter(decision -> decision.workload().equals(workload))
                .findFirst();
    }
}
