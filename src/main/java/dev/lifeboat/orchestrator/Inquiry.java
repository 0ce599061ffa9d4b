package dev.lifeboat.orchestrator;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Remainder;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.estimate.Subject;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.notice.GraceWindow;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.orchestrator.Planner.Aboard;
import dev.lifeboat.orchestrator.Planner.Occasion;
import dev.lifeboat.plan.Capacity;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.Confidence;
import dev.lifeboat.plan.Progress;
import dev.lifeboat.plan.Question;
import dev.lifeboat.plan.Tenant;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Condition;
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
                boolean ahead = occasion.view()
                                .condition(node, aboard.workload().id(), occasion.now())
                                .copiedAgo()
                        != null;
                aboard.flow().steps().forEach(step -> estimator.observe(sent(step, node, ahead)));
            }
        }
        return estimator;
    }

    /// Of a save that finds its pages in the store the link stands idle most of the time: what counts is how fast the
    /// rest went. Of any other what counts is the whole, packing included.
    private static Observation.Sent sent(Flow.Step step, NodeName node, boolean ahead) {
        Duration sending = step.sending();
        Duration elapsed = ahead && sending != null ? sending : step.elapsed();
        return new Observation.Sent(step.at(), node, step.wire(), elapsed);
    }

    Question question() {
        Reclaim reclaim = occasion.reclaim();
        Instant closesAt = reclaim.closesAt().orElse(occasion.now());
        return new Question(
                home(),
                new Question.Warning(
                        trigger(reclaim),
                        new GraceWindow(closesAt, Question.MARGIN),
                        Duration.between(since(reclaim), closesAt)),
                occasion.now(),
                occasion.aboard().stream().map(this::tenant).toList(),
                offers(),
                List.of(),
                terms.policies());
    }

    private Question.Home home() {
        Capacity capacity = occasion.view().capacity(node);
        return capacity == null
                ? new Question.Home(node, "", null, uplink())
                : new Question.Home(node, capacity.zone(), capacity.host(), uplink());
    }

    /// Where it goes is chosen when it is stored: survivors change faster than saves end. Only whether it could go
    /// anywhere counts now, and for most that is known without looking at every node again.
    private List<CapacityOffer> offers() {
        Set<WorkloadId> homeless = occasion.view().outlook().homeless();
        boolean asked = occasion.aboard().stream()
                .anyMatch(aboard -> !aboard.isSaving()
                        && homeless.contains(aboard.workload().id()));
        return asked ? Makes.among(occasion) : List.of();
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
        if (!(estimator.forecast(whole(workload), 0, occasion.now()) instanceof Estimate.Forecast it)) {
            return ByteCount.ZERO;
        }
        Duration bound = new Confidence(policy.spec().window().confidence()).of(it.durable());
        return new ByteCount((long) Math.min(bound.toMillis() / 1e3 * uplink().bytesPerSecond(), Long.MAX_VALUE / 2.0));
    }

    private Tenant tenant(Aboard aboard) {
        Workload workload = aboard.workload();
        Subject whole = whole(workload);
        Condition condition = condition(workload);
        return new Tenant(
                workload,
                subject(workload),
                new Tenant.Health(true, condition.runningFor(), 0, Map.of()),
                condition.runningFor(),
                List.of(estimate(whole)),
                null,
                condition.volumeZones(),
                condition.devices(),
                progress(aboard),
                isAhead(whole) ? whole.pending() : null,
                occasion.view().obstructions(node, workload.id()).stream()
                        .filter(each -> each.obstacle().lasts())
                        .toList());
    }

    private Condition condition(Workload workload) {
        return occasion.view().condition(node, workload.id(), occasion.now());
    }

    /// What a save has to carry, begun now: at p95 what was dirtied since the last round where it was copied ahead, and
    /// as fast as it is known to be; all of it otherwise.
    private Subject whole(Workload workload) {
        Duration ago = condition(workload).copiedAgo();
        if (ago != null
                && estimator.remainder(workload, node, atLeast(ago), occasion.now()) instanceof Remainder.Known known) {
            return new Subject(workload, node, known.p95());
        }
        return Subject.cold(workload, node);
    }

    private static Duration atLeast(Duration ago) {
        return ago.compareTo(YOUNGEST) < 0 ? YOUNGEST : ago;
    }

    /// A dirty curve begins there.
    private static final Duration YOUNGEST = Duration.ofMillis(200);

    private static boolean isAhead(Subject subject) {
        return subject.pending().compareTo(subject.workload().footprint().resident()) < 0;
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

    /// What has not been read yet is still to be carried, as far as it does not lie in the store; what lies in the
    /// agent's buffers is small against it.
    private Subject rest(Aboard aboard) {
        Subject whole = whole(aboard.workload());
        double resident = Math.max(1, aboard.workload().footprint().resident().bytes());
        double read = aboard.flow() == null ? 0 : aboard.flow().read().bytes();
        double unread = Math.max(0, 1 - read / resident);
        return new Subject(aboard.workload(), node, new ByteCount((long)
                (unread * whole.pending().bytes())));
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
