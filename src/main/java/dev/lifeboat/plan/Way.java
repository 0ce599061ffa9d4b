package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One way off the node: a rung of the policy's ladder, with what it would take right now.
public sealed interface Way {
    /// The rung's name in the policy.
    String rung();

    Gate gate();

    /// Dump, stream, restore elsewhere.
    ///
    /// @param byRounds the estimate for 0, 1, 2 … pre-dump rounds before the final dump; never empty.
    ///     Only the first where the node cannot pre-dump.
    /// @param maxFreeze longest that its policy lets the workload stand still
    /// @param bears longest that it can, before somebody ends it for that; null for as long as it takes
    record Checkpoint(
            String rung,
            Gate gate,
            List<Estimate> byRounds,
            Duration maxFreeze,
            @Nullable Duration bears) implements Way {
        public Checkpoint(String rung, Gate gate, List<Estimate> byRounds, Duration maxFreeze) {
            this(rung, gate, byRounds, maxFreeze, null);
        }

        public Checkpoint {
            if (byRounds.isEmpty()) {
                throw new IllegalArgumentException("rung " + rung + " has no estimate, not even an unknown one");
            }
            byRounds = List.copyOf(byRounds);
        }
    }

    /// The application saves itself when asked.
    ///
    /// @param estimate until it says that it is done
    record Hook(String rung, Gate gate, Estimate estimate) implements Way {}

    /// SIGTERM and time to finish; work since the last state of its own is lost.
    record Drain(String rung, Gate gate, Duration grace) implements Way {}

    /// Nothing is done.
    record Ignore(String rung, Gate gate) implements Way {}
}
