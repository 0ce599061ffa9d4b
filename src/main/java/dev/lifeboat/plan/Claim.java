package dev.lifeboat.plan;

import dev.lifeboat.workload.WorkloadId;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Workloads that stand or fall together, each rung of their ladder having been looked at as if they had the
/// link to themselves.
///
/// @param members one, or all members on this node of an all-or-nothing group
/// @param rungs in the ladder's order
/// @param deadlineMillis from now, the earliest of the members
record Claim(List<Candidate> members, List<RungView> rungs, long deadlineMillis) {
    Claim {
        members = List.copyOf(members);
        rungs = List.copyOf(rungs);
    }

    double value() {
        return members.stream().mapToDouble(member -> member.terms().value()).sum();
    }

    /// The turns that could be taken, in the ladder's order.
    List<Turn> turns() {
        return rungs.stream()
                .takeWhile(rung -> !rung.certain())
                .flatMap(rung -> Stream.ofNullable(rung.turn()))
                .toList();
    }

    /// One rung.
    ///
    /// @param refusals by member, for those that cannot take it even alone; empty when all can
    /// @param turn what it asks of the link; null when it asks nothing or cannot be taken
    /// @param certain whether nothing can keep it from being taken
    record RungView(
            String name,
            Map<WorkloadId, Refusal> refusals,
            @Nullable Turn turn,
            boolean certain) {
        RungView {
            refusals = Map.copyOf(refusals);
        }
    }
}
