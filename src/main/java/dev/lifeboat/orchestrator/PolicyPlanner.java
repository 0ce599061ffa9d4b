package dev.lifeboat.orchestrator;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Point;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.estimate.Subject;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.notice.GraceWindow;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.plan.Decision;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.Progress;
import dev.lifeboat.plan.Question;
import dev.lifeboat.plan.Tenant;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Chooses with the production planner ([Decisions#decide], which what-if asks too), from policies and from what the
/// saves so far have taught.
///
/// What it has learned is in memory only: after a restart it says "unknown" until it has seen saves again, and the
/// policies say what is done then. Not known here, and so taken at their most careful: how long a workload has been
/// running (zero), and what would be lost with it (zero). One owner, one thread.
public final class PolicyPlanner implements Planner {
    /// Saves whose end is awaited; more are forgotten, oldest first.
    private static final int MOST_PENDING = 4_096;

    /// What the clock of the cloud and ours may differ by, and the kill of the tree.
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final Policies policies;
    private final Estimator estimator = new Estimator(Settings.DEFAULTS);
    private final Map<Key, Pending> pending = new LinkedHashMap<>();

    public PolicyPlanner(Policies policies) {
        this.policies = policies;
    }

    private record Key(NodeName node, WorkloadId workload) {}

    /// A save that was ordered, with what the models said of it.
    private record Pending(
            Workload workload, Instant since, @Nullable Point point, Flow flow) {}

    /// How far the bytes were when last heard of.
    private record Flow(Instant at, long stored) {}

    @Override
    public List<? extends Choice> choose(Reclaim reclaim, List<Workload> workloads, View view, Instant now) {
        Decisions decisions = Decisions.decide(question(reclaim, workloads, view, now));
        var choices = new ArrayList<Choice>();
        for (Decision decision : decisions.acts().decisions()) {
            choices.add(act(decision));
        }
        decisions.observes().forEach(decision -> choices.add(new Choice.LetGo(decision.workload())));
        decisions.untouched().forEach(untouched -> choices.add(new Choice.LetGo(untouched.workload())));
        for (Choice choice : choices) {
            if (choice instanceof Choice.Save save) {
                workloads.stream()
                        .filter(workload -> workload.id().equals(save.workload()))
                        .forEach(workload -> remember(reclaim.node(), workload, save.rounds(), now));
            }
        }
        return choices;
    }

    @Override
    public void learn(Report.OfMigration report, WorkloadId workload) {
        var key = new Key(report.node(), workload);
        switch (report) {
            case Report.SaveProgress progress -> progressed(progress, key);
            case Report.Stored stored -> stored(stored, key);
            case Report.SaveFailed failed -> failed(failed, key);
            case Report.SaveStarted _, Report.Frozen _, Report.Captured _ -> {}
            case Report.Resumed _, Report.RestoreFailed _, Report.Released _ -> {}
        }
    }

    private Question question(Reclaim reclaim, List<Workload> workloads, View view, Instant now) {
        NodeName node = reclaim.node();
        Instant closesAt = reclaim.closesAt().orElse(now);
        var home = new Question.Home(node, "", null, uplink(node, view));
        var warning = new Question.Warning(
                trigger(reclaim), new GraceWindow(closesAt, MARGIN), Duration.between(now, closesAt));
        List<Tenant> tenants =
                workloads.stream().map(workload -> tenant(workload, node, now)).toList();
        // Where it goes is chosen when it is stored: survivors change faster than saves end.
        return new Question(home, warning, now, tenants, List.of(), List.of(), policies);
    }

    private Tenant tenant(Workload workload, NodeName node, Instant now) {
        Estimate cold = estimator.forecast(Subject.cold(workload, node), 0, now);
        return new Tenant(
                workload,
                dev.lifeboat.policy.Subject.of(workload, workload.id().name()),
                new Tenant.Health(true, Duration.ZERO, 0, Map.of()),
                Duration.ZERO,
                List.of(cold),
                null,
                Set.of(),
                List.of(),
                Progress.WAITING);
    }

    private static ByteRate uplink(NodeName node, View view) {
        View.Seen seen = view.nodes().get(node);
        return seen == null ? new ByteRate(0) : seen.heartbeat().uplink();
    }

    private static Trigger trigger(Reclaim reclaim) {
        return switch (reclaim.standing()) {
            case DRAINING -> Trigger.NodeDrain;
            case DOOMED, DEAD -> Trigger.SpotInterruption;
            case AT_RISK, CALM -> Trigger.RebalanceRecommendation;
        };
    }

    /// An app hook or a drain is not ours to carry out here: the workload is left to whoever drains its node.
    private static Choice act(Decision decision) {
        return switch (decision.choice()) {
            case dev.lifeboat.plan.Choice.Save save -> new Choice.Save(decision.workload(), save.rounds());
            case dev.lifeboat.plan.Choice.Hook _ -> new Choice.LetGo(decision.workload());
            case dev.lifeboat.plan.Choice.Drain _ -> new Choice.LetGo(decision.workload());
            case dev.lifeboat.plan.Choice.LetGo _ -> new Choice.LetGo(decision.workload());
        };
    }

    private void remember(NodeName node, Workload workload, int rounds, Instant now) {
        Point point = estimator.point(Subject.cold(workload, node), rounds, now).orElse(null);
        pending.put(new Key(node, workload.id()), new Pending(workload, now, point, new Flow(now, 0)));
        if (pending.size() > MOST_PENDING) {
            pending.remove(pending.keySet().iterator().next());
        }
    }

    private void progressed(Report.SaveProgress progress, Key key) {
        Pending known = pending.get(key);
        if (known == null) {
            return;
        }
        long moved = progress.stored().bytes() - known.flow().stored();
        Duration elapsed = Duration.between(known.flow().at(), progress.at());
        if (moved > 0 && elapsed.isPositive()) {
            estimator.observe(new Observation.Sent(progress.at(), key.node(), new ByteCount(moved), elapsed));
        }
        Flow flow = new Flow(progress.at(), progress.stored().bytes());
        pending.put(key, new Pending(known.workload(), known.since(), known.point(), flow));
    }

    private void stored(Report.Stored stored, Key key) {
        Pending known = pending.remove(key);
        if (known == null) {
            return;
        }
        Duration took = Duration.between(known.since(), stored.at());
        if (stored.stored().bytes() > 0 && took.isPositive()) {
            estimator.observe(new Observation.Sent(stored.at(), key.node(), stored.stored(), took));
            estimator.observe(new Observation.Packed(stored.at(), known.workload(), stored.pages(), stored.stored()));
        }
        if (known.point() != null && took.isPositive()) {
            estimator.observe(new Observation.Saved(stored.at(), known.point(), took, stored.frozen()));
        }
    }

    /// A save that the deadline or a stalled store cut off would have taken longer than anybody can say.
    private void failed(Report.SaveFailed failed, Key key) {
        Pending known = pending.remove(key);
        boolean cutOff = failed.reason() == SaveFailure.TOO_LATE || failed.reason() == SaveFailure.STORE_STALLED;
        if (known != null && known.point() != null && cutOff) {
            estimator.observe(new Observation.CutOff(failed.at(), known.point()));
        }
    }
}
