package dev.lifeboat.orchestrator;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;
import java.util.List;

/// Port: chooses what is done with the workloads of one doomed node. Pure: the same question, the same answer.
@FunctionalInterface
public interface Planner {
    /// Everything is saved, in one dump each: what is safest when nothing has been measured yet.
    Planner SAVE_ALL = (_, workloads, _, _, _) -> workloads.stream()
            .map(workload -> new Choice.Save(workload.id(), 0))
            .toList();

    /// One choice per workload, the first to get the link first.
    ///
    /// @param closesAt when the node is taken
    List<? extends Choice> choose(NodeName node, List<Workload> workloads, Instant closesAt, View view, Instant now);

    /// What is done with one workload.
    sealed interface Choice {
        WorkloadId workload();

        /// @param rounds pre-dump rounds before the final dump, 0 or more
        record Save(WorkloadId workload, int rounds) implements Choice {}

        /// It stays and ends with its node, because a policy says so.
        record LetGo(WorkloadId workload) implements Choice {}
    }
}
