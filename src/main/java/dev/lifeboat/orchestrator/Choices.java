package dev.lifeboat.orchestrator;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.orchestrator.Planner.Aboard;
import dev.lifeboat.orchestrator.Planner.Choice;
import dev.lifeboat.plan.Confidence;
import dev.lifeboat.plan.Decision;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.Fallback;
import dev.lifeboat.plan.Progress;
import dev.lifeboat.plan.Question;
import dev.lifeboat.plan.Refusal;
import dev.lifeboat.plan.RungVerdict;
import dev.lifeboat.plan.Straits;
import dev.lifeboat.plan.Tenant;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Says what a plan means for the migrations that carry it out.
final class Choices {
    /// A save that has fallen behind counts as recovered only once its time is left over by as much: bounds jitter by
    /// some percent from one report to the next.
    private static final double RECOVERED = 1.1;

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
        decisions.observes().forEach(decision -> choices.add(unplanned(decision.workload())));
        decisions.untouched().forEach(untouched -> choices.add(unplanned(untouched.workload())));
        return choices;
    }

    /// What no enforced policy wants saved is let go, but not while its save is under way.
    private Choice unplanned(WorkloadId workload) {
        Aboard aboard = inquiry.aboard(workload).orElseThrow();
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
        var planned = new Planned(
                rank, save.rung(), save.rounds(), Fallback.Level.L0_GO_ON, inquiry.stake(aboard.workload()));
        return new Choice.Save(decision.workload(), planned, because(decision));
    }

    /// Where the policy itself wants it so, it is so at once; where only time was too short, a faster link may still
    /// change it, so the workload waits without a turn.
    private Choice other(Decision decision, Aboard aboard, String rung, LetGoReason reason) {
        boolean wanted =
                !rung.isEmpty() && refusals(decision).stream().allMatch(Refusal.ConditionFalse.class::isInstance);
        if (wanted) {
            return new Choice.LetGo(decision.workload(), reason);
        }
        var planned = new Planned(0, rung, 0, Fallback.Level.L0_GO_ON, inquiry.stake(aboard.workload()));
        return new Choice.Save(decision.workload(), planned, because(decision));
    }

    private Choice underWay(Decision decision, Aboard aboard, Planned before) {
        rank++;
        if (!(decision.choice() instanceof dev.lifeboat.plan.Choice.Save) && isOutOfTime(decision, before)) {
            return new Choice.Drop(decision.workload());
        }
        Fallback fallback = fallback(aboard, before).orElse(null);
        Fallback.Level level = fallback == null ? before.level() : fallback.level();
        var planned = new Planned(rank, before.rung(), before.rounds(), level, before.stake());
        return new Choice.Save(
                decision.workload(), planned, fallback == null ? "" : fallback.level() + ": " + fallback.explanation());
    }

    /// Only time gives a save under way up; whatever else forbids its rung by now comes too late.
    private static boolean isOutOfTime(Decision decision, Planned before) {
        return decision.ladder().stream()
                .filter(verdict -> verdict.rung().equals(before.rung()))
                .anyMatch(verdict -> verdict instanceof RungVerdict.Refused refused
                        && (refused.refusal() instanceof Refusal.TooLong
                                || refused.refusal() instanceof Refusal.Outranked));
    }

    /// Empty while nobody can say how long the rest takes, and while nothing has clearly changed.
    private Optional<Fallback> fallback(Aboard aboard, Planned before) {
        Policy policy = inquiry.policy(aboard.workload()).orElse(null);
        Tenant tenant = tenant(aboard.workload().id());
        if (policy == null
                || !(tenant.progress() instanceof Progress.Saving saving)
                || !(saving.remaining() instanceof Estimate.Forecast rest)) {
            return Optional.empty();
        }
        var confidence = new Confidence(policy.spec().window().confidence());
        Duration needed = confidence.of(rest.durable());
        Duration left = question.warning()
                .window()
                .remaining(question.now())
                .minus(policy.spec().window().keptBack(question.warning().total()));
        Fallback fallback = Fallback.pick(new Straits(
                left.isNegative() ? Duration.ZERO : left,
                confidence,
                rest,
                rest,
                Straits.Bound.LINK,
                null,
                null,
                new Straits.Claimed(before.stake().value(), needed),
                List.of(),
                null));
        boolean deeper = fallback.level().compareTo(before.level()) > 0;
        boolean recovered = needed.toMillis() * RECOVERED <= left.toMillis();
        return deeper || recovered ? Optional.of(fallback) : Optional.empty();
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
