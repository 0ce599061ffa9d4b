package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;
import java.util.List;

/// Port: chooses what is done with the workloads of one doomed node. The same question after the same reports gets the
/// same answer.
@FunctionalInterface
public interface Planner {
    /// Everything is saved, in one dump each: what is safest when nothing has been measured yet.
    Planner SAVE_ALL = (_, workloads, _, _) -> workloads.stream()
            .map(workload -> new Choice.Save(workload.id(), 0))
            .toList();

    /// One choice per workload, the first to get the link first.
    ///
    /// @param reclaim what is known of the node's end; it has one
    List<? extends Choice> choose(Reclaim reclaim, List<Workload> workloads, View view, Instant now);

    /// Every report about a known migration, as it comes; what took how long is what forecasts are made of.
    default void learn(Report.OfMigration report, WorkloadId workload) {}

    /// What is done with one workload.
    sealed interface Choice {
        WorkloadId workload();

        /// @param rounds pre-dump rounds before the final dump, 0 or more
        record Save(WorkloadId workload, int rounds) implements Choice {}

        /// It stays and ends with its node, because a policy says so.
        record LetGo(WorkloadId workload) implements Choice {}
    }
}
