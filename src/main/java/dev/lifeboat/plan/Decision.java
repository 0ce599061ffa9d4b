package dev.lifeboat.plan;

import dev.lifeboat.workload.WorkloadId;
import java.util.List;

/// What a plan does with one workload, and why.
///
/// @param ladder every rung of its policy in order, taken or refused
public record Decision(WorkloadId workload, Choice choice, List<RungVerdict> ladder) {
    public Decision {
        ladder = List.copyOf(ladder);
    }
}
