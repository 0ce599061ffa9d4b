package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.StandingOrders.Rhythm;
import dev.lifeboat.plan.Pace;
import org.jspecify.annotations.Nullable;

/// What is said of one running workload before any notice.
///
/// @param pace that would make its save fit, or why there is none
/// @param rhythm that its agent is told; null where the policy does not ask for copying ahead, which leaves
///     the agent to its own
public record Paced(Pace pace, @Nullable Rhythm rhythm) {}
