package dev.lifeboat.simulation;

import dev.lifeboat.migration.StandingOrders.Keeping;
import dev.lifeboat.orchestrator.Planner;
import dev.lifeboat.policy.Background;
import dev.lifeboat.workload.Workload;
import java.time.Duration;
import java.util.Optional;

/// Saves everything, and has everything checkpointed while it runs on.
record KeepingPlanner(Duration every) implements Planner {
    private static final Duration MOST_FROZEN = Duration.ofSeconds(10);

    @Override
    public Drawn draw(Occasion occasion) {
        return SAVE_ALL.draw(occasion);
    }

    @Override
    public Optional<Keeping> keeping(Workload workload) {
        return Optional.of(new Keeping(workload.id(), new Background(every, MOST_FROZEN, null), 1));
    }
}
