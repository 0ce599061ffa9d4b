package dev.lifeboat.edge.planning;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.plan.Choice;
import dev.lifeboat.plan.Decision;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.Fallback;
import dev.lifeboat.plan.Pace;
import dev.lifeboat.plan.Question;
import dev.lifeboat.plan.Refusal;
import dev.lifeboat.plan.RungVerdict;
import dev.lifeboat.plan.Tenant;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decisions as `--json` gives them and as the table is made from; durations in seconds.
///
/// @param usableSeconds of the window, policies' reserves not yet taken off
/// @param untouched workloads about which no policy says anything
@JsonInclude(JsonInclude.Include.NON_NULL)
record Report(
        String node,
        String instanceType,
        String capacity,
        String zone,
        double windowSeconds,
        double usableSeconds,
        String takenAt,
        List<Row> rows,
        List<Untouched> untouched) {

    /// Stable words.
    enum Verdict {
        /// Its bound fits.
        SAVED,
        /// It is tried without a forecast, or goes on although its bound no longer fits.
        TRIED,
        /// No rung that saves it fits.
        LOST,
        /// Its policy lets it go.
        IGNORED
    }

    /// @param rung that is taken; empty when the ladder ran out
    /// @param observed whether the policy only watches: then nothing of this is done
    /// @param slackSeconds left until the workload's own deadline
    /// @param losesSeconds of work
    /// @param level of the fallback ladder that is left to a lost one: `L5_KEEP_BACKGROUND` where it
    ///     goes back to a complete checkpoint; null otherwise
    /// @param background null where the snapshot has no dirty curve of it
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Row(
            String workload,
            String policy,
            int priority,
            boolean observed,
            String rung,
            @Nullable Double p50Seconds,
            @Nullable Double p95Seconds,
            @Nullable Integer rounds,
            @Nullable Double startsSeconds,
            @Nullable Double endsSeconds,
            @Nullable Double slackSeconds,
            @Nullable String target,
            Verdict verdict,
            double losesSeconds,
            @Nullable String level,
            @Nullable Background background,
            List<Step> ladder) {}

    /// One rung.
    ///
    /// @param code why it was not taken; null when it was
    /// @param overSeconds by how much it failed, where that is a time
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Step(
            String rung,
            boolean taken,
            @Nullable String code,
            @Nullable String detail,
            @Nullable Double overSeconds) {}

    record Untouched(String workload, String why) {}

    /// Of a node of which no more is known than its name.
    static Report of(Question question, Decisions decisions, String node) {
        return of(
                question,
                decisions,
                new ClusterSnapshot.Node(node, "-", "-", "-", null, null, null, null, null, null, null, null),
                Map.of());
    }

    static Report of(Question question, Decisions decisions, ClusterSnapshot.Node node, Map<WorkloadId, Pace> paces) {
        var rows = new ArrayList<Row>();
        decisions.acts().decisions().forEach(decision -> rows.add(row(question, decision, paces, false)));
        decisions.observes().forEach(decision -> rows.add(row(question, decision, paces, true)));
        return new Report(
                question.home().node().value(),
                String.valueOf(node.instanceType()),
                String.valueOf(node.capacity()),
                question.home().zone(),
                seconds(question.warning().total()),
                seconds(question.warning().window().remaining(question.now())),
                question.now().toString(),
                rows,
                decisions.untouched().stream()
                        .map(one -> new Untouched(
                                one.workload().toString(), one.why().name()))
                        .toList());
    }

    /// Whether an enforced policy would lose work that it wanted saved.
    boolean losesSomething() {
        return rows.stream().anyMatch(row -> !row.observed() && row.verdict() == Verdict.LOST);
    }

    private static Row row(Question question, Decision decision, Map<WorkloadId, Pace> paces, boolean observed) {
        Tenant tenant = question.tenants().stream()
                .filter(one -> one.workload().id().equals(decision.workload()))
                .findFirst()
                .orElseThrow();
        Policies.Binding binding = question.policies().of(tenant.subject()).orElseThrow();
        Choice choice = decision.choice();
        Choice.@Nullable Slot slot = switch (choice) {
            case Choice.Save save -> save.slot();
            case Choice.Hook hook -> hook.slot();
            case Choice.Drain _, Choice.LetGo _ -> null;
        };
        Estimate.@Nullable Forecast forecast = forecast(choice);
        Verdict verdict = verdict(
                decision, slot, binding.policy().spec().ladder().getFirst().name());
        return new Row(
                decision.workload().toString(),
                binding.policy().id().toString(),
                binding.policy().spec().value().priority(),
                observed,
                choice.rung(),
                forecast == null ? null : seconds(forecast.durable().p50()),
                forecast == null ? null : seconds(forecast.durable().p95()),
                choice instanceof Choice.Save save ? save.rounds() : null,
                slot == null ? null : seconds(slot.starts()),
                slot == null ? null : seconds(slot.ends()),
                slot == null ? null : seconds(slot.slack()),
                choice instanceof Choice.Save save && save.target() != null
                        ? save.target().value()
                        : null,
                verdict,
                seconds(choice.loses()),
                verdict == Verdict.LOST && tenant.background() != null
                        ? Fallback.Level.L5_KEEP_BACKGROUND.name()
                        : null,
                Background.of(paces.get(decision.workload())),
                decision.ladder().stream().map(Report::step).toList());
    }

    private static Estimate.@Nullable Forecast forecast(Choice choice) {
        @Nullable
        Estimate estimate = switch (choice) {
            case Choice.Save save -> save.estimate();
            case Choice.Hook hook -> hook.estimate();
            case Choice.Drain _, Choice.LetGo _ -> null;
        };
        return estimate instanceof Estimate.Forecast forecast ? forecast : null;
    }

    /// @param first rung of its policy
    private static Verdict verdict(Decision decision, Choice.@Nullable Slot slot, String first) {
        return switch (decision.choice()) {
            case Choice.Save save -> fits(save.estimate(), slot) ? Verdict.SAVED : Verdict.TRIED;
            case Choice.Hook hook -> fits(hook.estimate(), slot) ? Verdict.SAVED : Verdict.TRIED;
            case Choice.Drain drain -> drain.rung().equals(first) ? Verdict.IGNORED : Verdict.LOST;
            case Choice.LetGo letGo -> wanted(decision, letGo.rung(), first) ? Verdict.IGNORED : Verdict.LOST;
        };
    }

    /// What was begun while it fitted goes on when it no longer does.
    private static boolean fits(Estimate estimate, Choice.@Nullable Slot slot) {
        return estimate instanceof Estimate.Forecast
                && (slot == null || !slot.slack().isNegative());
    }

    /// An `ignore` rung is what the policy wants when only conditions stood above it, not when time was too
    /// short. A plan that goes on as it was has no ladder; then only the first rung is surely wanted.
    private static boolean wanted(Decision decision, String rung, String first) {
        return decision.ladder().isEmpty()
                ? rung.equals(first)
                : !rung.isEmpty()
                        && decision.ladder().stream()
                                .takeWhile(RungVerdict.Refused.class::isInstance)
                                .allMatch(verdict ->
                                        ((RungVerdict.Refused) verdict).refusal() instanceof Refusal.ConditionFalse);
    }

    private static Step step(RungVerdict verdict) {
        return switch (verdict) {
            case RungVerdict.Taken taken -> new Step(taken.rung(), true, null, null, null);
            case RungVerdict.Refused(String rung, Refusal refusal) ->
                new Step(rung, false, refusal.code().name(), Reasons.of(refusal), Reasons.over(refusal));
        };
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
