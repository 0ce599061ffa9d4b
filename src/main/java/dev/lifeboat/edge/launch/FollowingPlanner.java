package dev.lifeboat.edge.launch;

import dev.lifeboat.migration.StandingOrders.Keeping;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.orchestrator.Hindsight;
import dev.lifeboat.orchestrator.Paced;
import dev.lifeboat.orchestrator.Planner;
import dev.lifeboat.orchestrator.PolicyPlanner;
import dev.lifeboat.orchestrator.Terms;
import dev.lifeboat.orchestrator.View;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.workload.Connections;
import dev.lifeboat.workload.Workload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Plans by the policies as they are now: those of a cluster change while it runs. What is under way is drawn again by
/// the new ones, as after any other change.
final class FollowingPlanner implements Planner {
    private final Supplier<Terms> terms;
    private final Supplier<Hindsight> hindsight;

    FollowingPlanner(Supplier<Terms> terms, Supplier<Hindsight> hindsight) {
        this.terms = terms;
        this.hindsight = hindsight;
    }

    @Override
    public Drawn draw(Occasion occasion) {
        return now().draw(occasion);
    }

    @Override
    public Needs needs(Workload workload, NodeName home, View view) {
        return now().needs(workload, home, view);
    }

    @Override
    public Connections connections(Workload workload) {
        return now().connections(workload);
    }

    @Override
    public Optional<Keeping> keeping(Workload workload) {
        return now().keeping(workload);
    }

    @Override
    public Optional<String> key(Workload workload) {
        return now().key(workload);
    }

    @Override
    public List<Paced> paces(View view, Instant now) {
        return now().paces(view, now);
    }

    /// Without a single policy, as without any given: everything is saved that can be.
    private Planner now() {
        Terms terms = this.terms.get();
        return terms.policies().all().isEmpty() ? SAVE_ALL : new PolicyPlanner(terms, hindsight);
    }
}
