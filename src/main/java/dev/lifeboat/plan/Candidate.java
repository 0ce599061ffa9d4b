package dev.lifeboat.plan;

import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.List;

/// A workload on a doomed node, with every way off it.
///
/// @param atStake work that is lost if it is not saved: the time since its last durable state
/// @param ladder ways in the policy's order; the first that fits is taken
/// @param needs what a destination must have
public record Candidate(
        Workload workload, Terms terms, Duration atStake, List<Way> ladder, Needs needs, Progress progress) {
    public Candidate {
        if (ladder.isEmpty()) {
            throw new IllegalArgumentException("no rung for " + workload.id());
        }
        ladder = List.copyOf(ladder);
    }

    public WorkloadId id() {
        return workload.id();
    }
}
