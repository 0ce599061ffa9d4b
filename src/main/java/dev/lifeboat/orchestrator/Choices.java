package dev.lifeboat.orchestrator;

import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.orchestrator.Planner.Aboard;
import dev.lifeboat.orchestrator.Planner.Choice;
import dev.lifeboat.plan.Confidence;
import dev.lifeboat.plan.Decision;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.Fallback;
import dev.lifeboat.plan.GroupKey;
import dev.lifeboat.plan.Question;
import dev.lifeboat.plan.Refusal;
import dev.lifeboat.plan.RungVerdict;
import dev.lifeboat.plan.Straits;
import dev.lifeboat.plan.Tenant;
import dev.lifeboat.policy.Action;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.policy.Rung;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Says what a plan means for the migrations that carry it out.
final class Choices {
    /// A save that has fallen behind counts as recovered only once its time is left over by as much: bounds jitter by
    /// some percent from one report to the next.
    private static final double RECOVERED = 1.1;

    /// For whoever gets none from its policy: to close files and connections.
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Inquiry inquiry;
    private final Question question;
    private final Decisions decisions;
    private int rank;

    Choices(Inquiry inquiry, Question question, Decisions decisions) {
        this.inquiry = inquiry;
        this.question = question;
        this.decisions = decisions;
    }

    List<Choice> all() {
        var choices = new ArrayList<Choice>();
        for (Decision decision : decisions.acts().decisions()) {
            inquiry.aboard(decision.workload()).ifPresent(aboard -> choices.add(choice(decision, aboard)));
        }
        Stream.concat(
                        decisions.observes().stream().map(Decision::workload),
                        decisions.untouched().stream().map(Decisions.Untouched::workload))
                .flatMap(workload -> inquiry.aboard(workload).stream())
                .forEach(aboard -> choices.add(unplanned(aboard)));
        return choices;
    }

    /// What no enforced policy wants saved is let go, but not while its save is under way.
    private Choice unplanned(Aboard aboard) {
        WorkloadId workload = aboard.workload().id();
        return aboard.isSaving() && aboard.migration() != null
                ? new Choice.Save(workload, aboard.migration().subject().planned(), "")
                : new Choice.LetGo(workload, LetGoReason.POLICY);
    }

    private Choice choice(Decision decision, Aboard aboard) {
        if (aboard.isSaving() && aboard.migration() != null) {
            return underWay(decision, aboard, aboard.migration().subject().planned());
        }
        return switch (decision.choice()) {
            case dev.lifeboat.plan.Choice.Save save -> save(decision, aboard, save);
            case dev.lifeboat.plan.Choice.Hook hook -> other(decision, aboard, hook.rung(), LetGoReason.HANDED_OVER);
            case dev.lifeboat.plan.Choice.Drain drain -> other(decision, aboard, drain.rung(), LetGoReason.HANDED_OVER);
            case dev.lifeboat.plan.Choice.LetGo letGo -> other(decision, aboard, letGo.rung(), LetGoReason.POLICY);
        };
    }

    private Choice save(Decision decision, Aboard aboard, dev.lifeboat.plan.Choice.Save save) {
        rank++;
        Instant freezeBy = freezeBy(aboard, save);
        var planned = new Planned(
                rank,
                save.rung(),
                freezeBy == null ? 0 : save.rounds(),
                Fallback.Level.L0_GO_ON,
                stake(aboard),
                null,
                freezeBy);
        return new Choice.Save(decision.workload(), planned, because(decision));
    }

    /// Where the policy itself wants it so, it is so at once; where only time was too short, a faster link may still
    /// change it, so the workload waits without a turn.
    private Choice other(Decision decision, Aboard aboard, String rung, LetGoReason reason) {
        if (isTold(aboard, rung, reason)) {
            return new Choice.Tell(decision.workload());
        }
        boolean wanted =
                !rung.isEmpty() && refusals(decision).stream().allMatch(Refusal.ConditionFalse.class::isInstance);
        if (wanted) {
            return new Choice.LetGo(decision.workload(), reason);
        }
        Optional<Straits.Background> background = inquiry.background(aboard.workload());
        Fallback.Level level = background.isPresent() ? Fallback.Level.L5_KEEP_BACKGROUND : Fallback.Level.L0_GO_ON;
        var planned = new Planned(0, rung, 0, level, stake(aboard));
        return new Choice.Save(
                decision.workload(),
                planned,
                background
                        .map(kept -> because(decision) + "; " + level + ": " + keeps(aboard, kept))
                        .orElseGet(() -> because(decision)));
    }

    private String keeps(Aboard aboard, Straits.Background kept) {
        Duration left = inquiry.limit(aboard.workload()).left();
        return new Fallback.KeepBackground(kept.loses(), left).explanation();
    }

    /// It waits, nothing fits, and only the time to end by itself is left. Where a policy says that nothing
    /// is to be done, nothing is.
    private boolean isTold(Aboard aboard, String rung, LetGoReason reason) {
        Policy policy = inquiry.policy(aboard.workload()).orElse(null);
        boolean ignored = reason == LetGoReason.POLICY && !rung.isEmpty();
        return aboard.migration() instanceof Migration.Waiting
                && policy != null
                && !ignored
                && inquiry.background(aboard.workload()).isEmpty()
                && inquiry.limit(aboard.workload()).left().compareTo(grace(policy)) <= 0;
    }

    /// What it counts for, and with whom.
    private Planned.Stake stake(Aboard aboard) {
        Planned.Stake stake = inquiry.stake(aboard.workload());
        return inquiry.policy(aboard.workload())
                .flatMap(
                        policy -> GroupKey.of(question, tenant(aboard.workload().id()), policy))
                .map(group -> stake.in(group.value()))
                .orElse(stake);
    }

    private Choice underWay(Decision decision, Aboard aboard, Planned before) {
        rank++;
        if (!(decision.choice() instanceof dev.lifeboat.plan.Choice.Save) && isOutOfTime(decision, before)) {
            return new Choice.Drop(decision.workload());
        }
        Pressed pressed = pressed(aboard, before).orElse(null);
        if (pressed == null) {
            return new Choice.Save(decision.workload(), before.ranked(rank), "");
        }
        if (pressed.isOver()) {
            return new Choice.Tell(decision.workload());
        }
        Fallback fallback = pressed.fallback;
        boolean deeper = fallback.level().compareTo(before.level()) > 0;
        Codec codec = pressed.codec(before.codec());
        if (!deeper && !pressed.hasRecovered() && codec == before.codec()) {
            return new Choice.Save(decision.workload(), before.ranked(rank), "");
        }
        return new Choice.Save(
                decision.workload(),
                under(before, fallback.level(), codec),
                fallback.level() + ": " + fallback.explanation());
    }

    /// From the first level down its rounds are over for good: all the deeper ones count on it.
    private Planned under(Planned before, Fallback.Level level, @Nullable Codec codec) {
        boolean goesOn = level == Fallback.Level.L0_GO_ON;
        return new Planned(
                rank,
                before.rung(),
                goesOn ? before.rounds() : 0,
                level,
                before.stake(),
                codec,
                goesOn ? before.freezeBy() : null);
    }

    /// Until when rounds can go on so that this save, and what comes behind it, is durable in time all
    /// the same. Null without rounds, and where there is no time for any.
    private @Nullable Instant freezeBy(Aboard aboard, dev.lifeboat.plan.Choice.Save save) {
        if (save.rounds() == 0 || !(save.estimate() instanceof Estimate.Forecast forecast)) {
            return null;
        }
        Confidence confidence = inquiry.limit(aboard.workload()).confidence();
        Duration last = forecast.isCalibrated()
                ? confidence.of(forecast.frozen())
                : bound(confidence, tenant(aboard.workload().id()).estimates().getFirst());
        Duration latest = save.slot().ends().plus(slackBehind(save.slot())).minus(last);
        Duration rounds = latest.minus(inSameTurn(aboard, save.slot()));
        return rounds.compareTo(save.slot().starts()) > 0 ? question.now().plus(rounds) : null;
    }

    private static Duration bound(Confidence confidence, Estimate estimate) {
        return estimate instanceof Estimate.Forecast forecast ? confidence.of(forecast.durable()) : Duration.ZERO;
    }

    /// By how much everything from this turn on may slip.
    private Duration slackBehind(dev.lifeboat.plan.Choice.Slot turn) {
        return slots().filter(slot -> slot.ends().compareTo(turn.ends()) >= 0)
                .map(dev.lifeboat.plan.Choice.Slot::slack)
                .filter(slack -> !slack.isNegative())
                .min(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    private Stream<dev.lifeboat.plan.Choice.Slot> slots() {
        return decisions.acts().decisions().stream().map(Decision::choice).flatMap(choice -> switch (choice) {
            case dev.lifeboat.plan.Choice.Save save -> Stream.of(save.slot());
            case dev.lifeboat.plan.Choice.Hook hook -> Stream.of(hook.slot());
            case dev.lifeboat.plan.Choice.Drain _, dev.lifeboat.plan.Choice.LetGo _ -> Stream.empty();
        });
    }

    /// What the others of a group need, which is saved in one turn.
    private Duration inSameTurn(Aboard aboard, dev.lifeboat.plan.Choice.Slot turn) {
        Confidence confidence = inquiry.limit(aboard.workload()).confidence();
        return decisions.acts().decisions().stream()
                .filter(other -> !other.workload().equals(aboard.workload().id()))
                .filter(other -> other.choice() instanceof dev.lifeboat.plan.Choice.Save save
                        && save.slot().equals(turn))
                .map(other -> bound(confidence, ((dev.lifeboat.plan.Choice.Save) other.choice()).estimate()))
                .reduce(Duration.ZERO, Duration::plus);
    }

    /// A save under way, and what is left of its window.
    private record Pressed(
            Fallback fallback,
            Repacking repacking,
            Estimate.Forecast rest,
            Duration needed,
            Duration left,
            Duration grace) {
        /// Not even half of such saves would make it, and what is left is what the workload gets to end by itself.
        boolean isOver() {
            return fallback instanceof Fallback.Signal
                    && left.compareTo(grace) <= 0
                    && rest.durable().p50().compareTo(left) > 0;
        }

        /// A faster one is taken along further down, too: even where it does not suffice it can only help.
        @Nullable
        Codec codec(@Nullable Codec now) {
            boolean faster = fallback.level().compareTo(Fallback.Level.L2_CHANGE_CODEC) >= 0;
            return faster && repacking.to() != null ? repacking.to() : now;
        }

        boolean hasRecovered() {
            return needed.toMillis() * RECOVERED <= left.toMillis();
        }
    }

    /// Only time gives a save under way up, its own or that of one of its group; whatever else forbids its
    /// rung by now comes too late.
    private boolean isOutOfTime(Decision decision, Planned before) {
        return decision.ladder().stream()
                .filter(verdict -> verdict.rung().equals(before.rung()))
                .anyMatch(verdict -> verdict instanceof RungVerdict.Refused refused
                        && (refused.refusal() instanceof Refusal.TooLong
                                || refused.refusal() instanceof Refusal.Outranked
                                || isForsaken(refused.refusal())));
    }

    /// All or none: another of its group has been given up.
    private boolean isForsaken(Refusal refusal) {
        return refusal instanceof Refusal.GroupIncomplete(WorkloadId member)
                && inquiry.givenUp().stream()
                        .anyMatch(aboard -> aboard.workload().id().equals(member));
    }

    /// Empty while nobody can say how long the rest takes.
    private Optional<Pressed> pressed(Aboard aboard, Planned before) {
        Policy policy = inquiry.policy(aboard.workload()).orElse(null);
        Reckoning.Rest whole = inquiry.rest(aboard);
        if (policy == null || !(whole.frozenNow() instanceof Estimate.Forecast rest)) {
            return Optional.empty();
        }
        Inquiry.Limit limit = inquiry.limit(aboard.workload());
        Duration left = limit.left();
        Duration needed = bound(limit.confidence(), whole.best(limit));
        Repacking repacking = Repacking.of(aboard.flow(), before.codec());
        Fallback fallback = Fallback.pick(new Straits(
                left,
                limit.confidence(),
                whole.staged(),
                rest,
                repacking.bound(),
                repacking.to() == null ? null : rest.sped(repacking.gain()),
                null,
                new Straits.Claimed(before.stake().value(), needed),
                List.of(),
                inquiry.background(aboard.workload()).orElse(null)));
        return Optional.of(new Pressed(fallback, repacking, rest, needed, left, grace(policy)));
    }

    /// What the policy gives the workload to end by itself, where it says so.
    private static Duration grace(Policy policy) {
        return policy.spec().ladder().stream()
                .map(Rung::action)
                .filter(Action.Drain.class::isInstance)
                .map(action -> ((Action.Drain) action).gracePeriod())
                .findFirst()
                .orElse(GRACE);
    }

    private Tenant tenant(WorkloadId workload) {
        return question.tenants().stream()
                .filter(tenant -> tenant.workload().id().equals(workload))
                .findFirst()
                .orElseThrow();
    }

    private static List<Refusal> refusals(Decision decision) {
        return decision.ladder().stream()
                .filter(RungVerdict.Refused.class::isInstance)
                .map(verdict -> ((RungVerdict.Refused) verdict).refusal())
                .filter(refusal -> !(refusal instanceof Refusal.NotReached))
                .toList();
    }

    private static String because(Decision decision) {
        List<String> codes = refusals(decision).stream()
                .map(refusal -> refusal.code().name())
                .toList();
        return codes.isEmpty() ? "its turn in the plan" : "rungs refused: " + String.join(", ", codes);
    }
}
