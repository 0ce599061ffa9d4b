package dev.lifeboat.orchestrator;

import dev.lifeboat.checkpoint.BackgroundCheckpoint;
import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Subject;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.notice.GraceWindow;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.orchestrator.Planner.Aboard;
import dev.lifeboat.orchestrator.Planner.Occasion;
import dev.lifeboat.plan.Capacity;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.Confidence;
import dev.lifeboat.plan.Progress;
import dev.lifeboat.plan.Question;
import dev.lifeboat.plan.Straits;
import dev.lifeboat.plan.Tenant;
import dev.lifeboat.policy.Action;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.policy.Window;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Condition;
import dev.lifeboat.workload.Means;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Puts one doomed node before the planner: what is known of it, in the words of [Question].
final class Inquiry {
    private final Terms terms;
    private final Occasion occasion;
    private final NodeName node;
    private final Reckoning alone;
    private final List<Aboard> givenUp;
    private final Reckoning reckoning;

    Inquiry(Terms terms, Hindsight hindsight, Occasion occasion) {
        this.terms = terms;
        this.occasion = occasion;
        this.node = occasion.reclaim().node();
        this.alone = Reckoning.of(hindsight, occasion);
        this.givenUp = new Groups(occasion).givenUp();
        this.reckoning = alone.slowed(new Sharing(terms, hindsight, occasion).slowdown(uplink(), this::stake));
    }

    Question question() {
        return new Question(
                home(),
                new Question.Warning(trigger(occasion.reclaim()), closing(), length()),
                occasion.now(),
                Stream.concat(
                                occasion.aboard().stream().map(aboard -> tenant(aboard, progress(aboard))),
                                givenUp.stream().map(aboard -> tenant(aboard, Progress.GIVEN_UP)))
                        .toList(),
                offers(),
                List.of(),
                terms.policies());
    }

    private GraceWindow closing() {
        return new GraceWindow(occasion.reclaim().closesAt().orElse(occasion.now()), Question.MARGIN);
    }

    private Duration length() {
        Reclaim reclaim = occasion.reclaim();
        return Duration.between(since(reclaim), reclaim.closesAt().orElse(occasion.now()));
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

    /// The first word of it that holds, not the latest: what a window reserves goes by its whole length.
    private Instant since(Reclaim reclaim) {
        return reclaim.standingWords().stream()
                .map(Notice::receivedAt)
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
        if (!(alone.straight(alone.whole(workload)) instanceof Estimate.Forecast it)) {
            return ByteCount.ZERO;
        }
        Duration bound = new Confidence(policy.spec().window().confidence()).of(it.durable());
        return new ByteCount((long) Math.min(bound.toMillis() / 1e3 * uplink().bytesPerSecond(), Long.MAX_VALUE / 2.0));
    }

    /// Of groups that are saved all or none, those that will not be saved any more.
    List<Aboard> givenUp() {
        return givenUp;
    }

    private Tenant tenant(Aboard aboard, Progress progress) {
        Workload workload = aboard.workload();
        Subject whole = reckoning.whole(workload);
        Condition condition = condition(workload);
        return new Tenant(
                workload,
                subject(workload),
                new Tenant.Health(true, condition.runningFor(), 0, Map.of()),
                unsaved(workload),
                reckoning.estimates(whole, sendsAhead(aboard) ? MOST_ROUNDS : 0),
                null,
                condition.volumeZones(),
                condition.devices(),
                progress,
                reckoning.isAhead(whole) ? whole.pending() : null,
                occasion.view().obstructions(node, workload.id()).stream()
                        .filter(each -> each.obstacle().lasts())
                        .toList(),
                background(workload).map(Straits.Background::loses).orElse(null),
                condition.bears());
    }

    /// What it would go back to, were it not saved; nothing where its node is only drained, since
    /// nobody will then say that it died.
    Optional<Straits.Background> background(Workload workload) {
        boolean goes = occasion.reclaim().standing().compareTo(Reclaim.Standing.DOOMED) >= 0;
        BackgroundCheckpoint newest = occasion.view().background(node, workload.id(), occasion.now());
        return goes && newest != null ? Optional.of(new Straits.Background(newest.ago())) : Optional.empty();
    }

    /// What it did since it was started, or since the checkpoint that it would go back to.
    private Duration unsaved(Workload workload) {
        Duration whole = condition(workload).runningFor();
        return background(workload)
                .map(Straits.Background::loses)
                .filter(ago -> ago.compareTo(whole) < 0)
                .orElse(whole);
    }

    private Condition condition(Workload workload) {
        return occasion.view().condition(node, workload.id(), occasion.now());
    }

    private static dev.lifeboat.policy.Subject subject(Workload workload) {
        return dev.lifeboat.policy.Subject.of(workload, workload.id().name());
    }

    private Progress progress(Aboard aboard) {
        if (aboard.migration() == null || !aboard.isSaving()) {
            return Progress.WAITING;
        }
        Planned planned = aboard.migration().subject().planned();
        return new Progress.Saving(
                planned.rung(), planned.rounds(), reckoning.rest(aboard).best(limit(aboard.workload())));
    }

    Reckoning.Rest rest(Aboard aboard) {
        return reckoning.rest(aboard);
    }

    /// @param left of the window for a workload, its policy's reserve kept back
    record Limit(Confidence confidence, Duration left) {}

    /// Each round leaves less for the next, and never less than what is written while the last one runs.
    private static final int MOST_ROUNDS = 3;

    /// What is under way goes on with the rounds that it has.
    private boolean sendsAhead(Aboard aboard) {
        return !aboard.isSaving()
                && occasion.view().can(node, Means.Ability.INCREMENTAL)
                && policy(aboard.workload()).stream()
                        .flatMap(policy -> policy.spec().ladder().stream())
                        .anyMatch(rung -> rung.action() instanceof Action.Checkpoint checkpoint
                                && checkpoint.mode() == Action.CheckpointMode.Incremental);
    }

    Limit limit(Workload workload) {
        Window window = policy(workload).map(policy -> policy.spec().window()).orElse(null);
        Duration left = closing().remaining(occasion.now());
        if (window == null) {
            return new Limit(Confidence.P95, left);
        }
        Duration usable = left.minus(window.keptBack(length()));
        return new Limit(new Confidence(window.confidence()), usable.isNegative() ? Duration.ZERO : usable);
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
