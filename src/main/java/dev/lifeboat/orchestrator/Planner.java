package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.migration.StandingOrders.Keeping;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.workload.Connections;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Port: chooses what is done with the workloads of one doomed node, when its notice comes and then again and again
/// while its saves run. The same occasion gets the same answer.
@FunctionalInterface
public interface Planner {
    /// Everything is saved that can be, in one dump each and in the order of the heartbeat: what is safest when nothing
    /// has been measured yet.
    Planner SAVE_ALL = occasion -> {
        var choices = new ArrayList<Choice>();
        int turn = 1;
        for (Aboard aboard : occasion.aboard()) {
            WorkloadId workload = aboard.workload().id();
            choices.add(
                    occasion.isObstructed(workload) && !aboard.isSaving()
                            ? new Choice.LetGo(workload, LetGoReason.CANNOT_BE_SAVED)
                            : new Choice.Save(workload, Planned.turn(turn++), ""));
        }
        return new Drawn(choices, List.of());
    };

    /// One choice for each of the workloads aboard.
    Drawn draw(Occasion occasion);

    /// What a destination of the workload must have. May be asked from any thread.
    ///
    /// @param home the node that it runs on
    default Needs needs(Workload workload, NodeName home, View view) {
        return Needs.from(view.host(home), workload.footprint().resident());
    }

    /// What is to become of the workload's connections when it is saved; without a policy none is cut.
    /// May be asked from any thread.
    default Connections connections(Workload workload) {
        return Connections.REFUSE;
    }

    /// How complete checkpoints of the workload are to be taken while it runs on; empty for none. May
    /// be asked from any thread.
    default Optional<Keeping> keeping(Workload workload) {
        return Optional.empty();
    }

    /// The key that the workload's checkpoints are sealed under, as its policy names it; may be asked from any thread.
    default Optional<String> key(Workload workload) {
        return Optional.empty();
    }

    /// How often each running workload should be copied ahead of any notice; empty from a planner that forecasts
    /// nothing. May be asked from any thread.
    default List<Paced> paces(View view, Instant now) {
        return List.of();
    }

    /// A doomed node with work on it.
    ///
    /// @param reclaim what is known of the node's end; it has one
    /// @param aboard in the order of the standing plan, newcomers last
    /// @param state of everything else that this orchestrator decides on
    record Occasion(Reclaim reclaim, List<Aboard> aboard, Evacuations state, View view, Instant now) {
        public Occasion {
            aboard = List.copyOf(aboard);
        }

        /// Whether its agent has said that it cannot be saved, for a reason that lasts.
        boolean isObstructed(WorkloadId workload) {
            return view.obstructions(reclaim.node(), workload).stream()
                    .anyMatch(each -> each.obstacle().lasts());
        }

        /// Whether nothing has been planned for this node yet.
        boolean isFirst() {
            return aboard.stream().allMatch(one -> one.migration() == null);
        }
    }

    /// @param migration null for a newcomer
    /// @param flow of its save, as last heard of; null while nothing has been heard
    record Aboard(
            Workload workload,
            Migration.@Nullable AtRisk migration,
            @Nullable Flow flow) {
        boolean isSaving() {
            return migration instanceof Migration.Saving;
        }
    }

    /// @param evidence what the choices rest on; journalled with them when something changes
    record Drawn(List<Choice> choices, List<JournalEvent.OfPlan> evidence) {
        public Drawn {
            choices = List.copyOf(choices);
            evidence = List.copyOf(evidence);
        }
    }

    /// What is done with one workload.
    sealed interface Choice {
        WorkloadId workload();

        /// It is saved when its turn comes; without a turn it waits for a better plan. A save under way goes on.
        ///
        /// @param because for people: why it is treated so now
        record Save(WorkloadId workload, Planned planned, String because) implements Choice {}

        /// A save under way is taken back, for what others gain by it.
        record Drop(WorkloadId workload) implements Choice {}

        /// A save, under way or not, that cannot be durable in time any more is taken back while the
        /// workload has time to end by itself, which it is told to.
        record Tell(WorkloadId workload) implements Choice {}

        /// It stays and ends with its node.
        record LetGo(WorkloadId workload, LetGoReason reason) implements Choice {}
    }
}
