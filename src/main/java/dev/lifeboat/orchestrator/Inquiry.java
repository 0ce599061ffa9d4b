package dev.lifeboat.orchestrator;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.estimate.Subject;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.notice.GraceWindow;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.orchestrator.Planner.Aboard;
import dev.lifeboat.orchestrator.Planner.Occasion;
import dev.lifeboat.plan.Confidence;
import dev.lifeboat.plan.Progress;
import dev.lifeboat.plan.Question;
import dev.lifeboat.plan.Tenant;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Puts one doomed node before the planner: what is known of it, in the words of [Question].
///
/// Not known here, and so taken at their most careful: how long a workload has been running (zero), and what would be
/// lost with it (zero).
final class Inquiry {
    private final Terms terms;
    private final Occasion occasion;
    private final NodeName node;
    private final Estimator estimator;
    private final double slowdown;

    Inquiry(Terms terms, Hindsight hindsight, Occasion occasion) {
        this.terms = terms;
        this.occasion = occasion;
        this.node = occasion.reclaim().node();
        this.estimator = taught(hindsight, occasion);
        this.slowdown = new Sharing(terms, hindsight, occasion).slowdown(uplink(), this::stake);
    }

    /// What was learned, and what the bytes say right now: the last word is that of the saves under way.
    private static Estimator taught(Hindsight hindsight, Occasion occasion) {
        var estimator = new Estimator(Settings.DEFAULTS, hindsight.learned());
        NodeName node = occasion.reclaim().node();
        View.Seen seen = occasion.view().nodes().get(node);
        if (seen != null) {
            Experience.observe(estimator, node, seen.heartbeat().uplink(), occasion.now());
        }
        for (Aboard aboard : occasion.aboard()) {
            if (aboard.isSaving() && aboard.flow() != null) {
                aboard.flow()
                        .steps()
                        .forEach(step ->
                                estimator.observe(new Observation.Sent(step.at(), node, step.wire(), step.elapsed())));
            }
        }
        return estimator;
    }

    Question question() {
        Reclaim reclaim = occasion.reclaim();
        Instant closesAt = reclaim.closesAt().orElse(occasion.now());
        return new Question(
                new Question.Home(node, "", null, uplink()),
                new Question.Warning(
                        trigger(reclaim),
                        new GraceWindow(closesAt, Question.MARGIN),
                        Duration.between(since(reclaim), closesAt)),
                occasion.now(),
                occasion.aboard().stream().map(this::tenant).toList(),
                // Where it goes is chosen when it is stored: survivors change faster than saves end.
                List.of(),
                List.of(),
                terms.policies());
    }

    /// The first word of it, not the latest: what a window reserves goes by its whole length.
    private Instant since(Reclaim reclaim) {
        return reclaim.sightings().stream()
                .map(sighting -> sighting.first().receivedAt())
                .filter(occasion.now()::isAfter)
                .min(Comparator.naturalOrder())
                .orElse(occasion.now());
    }

    Optional<Aboard> aboard(WorkloadId workload) {
        return occasion.aboard().stream()
                .filter(one -> one.workload().id().equals(workload))
                .findFirst();
    }

    Optional<Policy> policy(Workload workload) {
        return terms.policies().of(subject(workload)).map(Policies.Binding::policy);
    }

    /// By the forecast of its whole save, shared link or not.
    Planned.Stake stake(Workload workload) {
        return policy(workload)
                .map(policy -> new Planned.Stake(
                        policy.id().toString(),
                        terms.atOnce(policy.spec().budget().maxConcurrent()),
                        policy.spec().value().worth(),
                        wire(workload, policy)))
                .orElse(Planned.Stake.NONE);
    }

    private ByteCount wire(Workload workload, Policy policy) {
        if (!(estimator.forecast(Subject.cold(workload, node), 0, occasion.now()) instanceof Estimate.Forecast it)) {
            return ByteCount.ZERO;
        }
        Duration bound = new Confidence(policy.spec().window().confidence()).of(it.durable());
        return new ByteCount((long) Math.min(bound.toMillis() / 1e3 * uplink().bytesPerSecond(), Long.MAX_VALUE / 2.0));
    }

    private Tenant tenant(Aboard aboard) {
        Workload workload = aboard.workload();
        Estimate whole = estimate(Subject.cold(workload, node));
        return new Tenant(
                workload,
                subject(workload),
                new Tenant.Health(true, Duration.ZERO, 0, Map.of()),
                Duration.ZERO,
                List.of(whole),
                null,
                Set.of(),
                List.of(),
                progress(aboard),
                occasion.view().obstructions(node, workload.id()).stream()
                        .filter(each -> each.obstacle().lasts())
                        .toList());
    }

    private static dev.lifeboat.policy.Subject subject(Workload workload) {
        return dev.lifeboat.policy.Subject.of(workload, workload.id().name());
    }

    private Progress progress(Aboard aboard) {
        if (aboard.migration() == null || !aboard.isSaving()) {
            return Progress.WAITING;
        }
        Planned planned = aboard.migration().subject().planned();
        return new Progress.Saving(planned.rung(), planned.rounds(), estimate(rest(aboard)));
    }

    /// What has not been read yet is still to be carried; what lies in the agent's buffers is small against it.
    private Subject rest(Aboard aboard) {
        long resident = aboard.workload().footprint().resident().bytes();
        long read = aboard.flow() == null ? 0 : aboard.flow().read().bytes();
        return new Subject(aboard.workload(), node, new ByteCount(Math.max(0, resident - read)));
    }

    private Estimate estimate(Subject subject) {
        Estimate alone = estimator.forecast(subject, 0, occasion.now());
        return alone instanceof Estimate.Forecast forecast && slowdown > 1 ? forecast.slowed(slowdown) : alone;
    }

    private ByteRate uplink() {
        View.Seen seen = occasion.view().nodes().get(node);
        return seen == null ? new ByteRate(0) : seen.heartbeat().uplink();
    }

    private static Trigger trigger(Reclaim reclaim) {
        return switch (reclaim.standing()) {
            case DRAINING -> Trigger.NodeDrain;
            case DOOMED, DEAD -> Trigger.SpotInterruption;
            case AT_RISK, CALM -> Trigger.RebalanceRecommendation;
        };
    }
}
