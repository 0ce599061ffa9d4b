package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.notice.NodeName;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is done with one workload.
public sealed interface Choice {
    /// The rung of the policy that was taken.
    String rung();

    /// Work that is gone with the node; zero where the workload is saved.
    default Duration loses() {
        return switch (this) {
            case Save _, Hook _ -> Duration.ZERO;
            case Drain drain -> drain.lost();
            case LetGo letGo -> letGo.lost();
        };
    }

    /// Dump it in its slot and restore it on `target`.
    ///
    /// @param rounds pre-dump rounds before the final dump
    /// @param estimate unknown only where the policy wants it tried all the same
    /// @param target null while nodes of the right make have no room: the checkpoint waits in the store
    record Save(
            String rung,
            int rounds,
            Estimate estimate,
            Slot slot,
            @Nullable NodeName target) implements Choice {}

    /// Ask the application in its slot.
    record Hook(String rung, Estimate estimate, Slot slot) implements Choice {}

    /// @param lost work since its last durable state
    record Drain(String rung, Duration grace, Duration lost) implements Choice {}

    /// Nothing is done: either the policy says so, or no rung was left.
    ///
    /// @param rung the `ignore` rung, or empty where the ladder ran out
    record LetGo(String rung, Duration lost) implements Choice {}

    /// A turn on the node's link, counted from the moment that the plan was drawn.
    ///
    /// @param starts when it is this workload's turn, should all before it take as long as their bound says
    /// @param ends when it is durable at the wanted confidence
    /// @param slack left after that until the workload's deadline
    record Slot(Duration starts, Duration ends, Duration slack) {}
}
