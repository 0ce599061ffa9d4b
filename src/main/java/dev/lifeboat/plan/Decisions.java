package dev.lifeboat.plan;

import dev.lifeboat.policy.Mode;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.workload.WorkloadId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The one way from facts and policies to decisions. The orchestrator acts on it, what-if and replay print it:
/// there is no second planner that could disagree.
///
/// @param acts what is done, for workloads whose policy is `Enforce`
/// @param observes what would be done were every covering policy `Enforce`; holds the decisions of `Observe`
///     workloads only
/// @param untouched workloads about which nobody said anything
public record Decisions(EvacuationPlan acts, List<Decision> observes, List<Untouched> untouched) {
    public Decisions {
        observes = List.copyOf(observes);
        untouched = List.copyOf(untouched);
    }

    /// A workload that no policy does anything about.
    public record Untouched(WorkloadId workload, Why why) {}

    /// Stable; shown to users.
    public enum Why {
        /// No policy matches it, or the one that does is `Off`.
        NO_POLICY,
        /// Its policy does not list this trigger.
        TRIGGER_NOT_LISTED,
        /// The notice only tells of a risk: nothing that cannot be undone is done.
        ADVISORY_ONLY
    }

    /// Pure: the same question gives the same decisions.
    public static Decisions decide(Question question) {
        return drawn(question, EvacuationPlan::draw);
    }

    /// Pure: the same, but on a node whose plan is being carried out ([EvacuationPlan#redraw]).
    public static Decisions redecide(Question question, EvacuationPlan standing) {
        return drawn(question, standing::redraw);
    }

    private static Decisions drawn(Question question, Function<Situation, EvacuationPlan> draw) {
        var enforced = new ArrayList<Candidate>();
        var observed = new ArrayList<Candidate>();
        var untouched = new ArrayList<Untouched>();
        for (Tenant tenant : question.tenants()) {
            Optional<Policies.Binding> binding = question.policies().of(tenant.subject());
            Optional<Why> why = whyNot(question, binding);
            if (why.isPresent()) {
                untouched.add(new Untouched(tenant.workload().id(), why.get()));
                continue;
            }
            var policy = binding.orElseThrow().policy();
            Candidate candidate = new Candidacy(question, tenant, policy).candidate();
            (policy.spec().mode() == Mode.Enforce ? enforced : observed).add(candidate);
        }
        EvacuationPlan acts = draw.apply(situation(question, enforced));
        return new Decisions(acts, observed(question, enforced, observed), untouched);
    }

    /// Observed workloads are planned beside the enforced ones, but on paper only: they must not take the link
    /// from anybody.
    private static List<Decision> observed(Question question, List<Candidate> enforced, List<Candidate> observed) {
        if (observed.isEmpty()) {
            return List.of();
        }
        var all = new ArrayList<>(enforced);
        all.addAll(observed);
        EvacuationPlan paper = EvacuationPlan.draw(situation(question, all));
        return paper.decisions().stream()
                .filter(decision ->
                        observed.stream().anyMatch(candidate -> candidate.id().equals(decision.workload())))
                .toList();
    }

    /// For each workload of the question.
    public Map<WorkloadId, Explanation> explanations() {
        var all = new LinkedHashMap<WorkloadId, Explanation>();
        acts.decisions()
                .forEach(decision ->
                        all.put(decision.workload(), new Explanation.Chosen(decision, Explanation.Mode.ACTS)));
        observes.forEach(
                decision -> all.put(decision.workload(), new Explanation.Chosen(decision, Explanation.Mode.OBSERVES)));
        untouched.forEach(one -> all.put(one.workload(), new Explanation.Untouched(one.why())));
        return all;
    }

    private static Optional<Why> whyNot(Question question, Optional<Policies.Binding> binding) {
        Trigger trigger = question.warning().trigger();
        if (binding.isEmpty()) {
            return Optional.of(Why.NO_POLICY);
        }
        if (!binding.get().policy().spec().triggers().contains(trigger)) {
            return Optional.of(Why.TRIGGER_NOT_LISTED);
        }
        return trigger == Trigger.RebalanceRecommendation ? Optional.of(Why.ADVISORY_ONLY) : Optional.empty();
    }

    private static Situation situation(Question question, List<Candidate> candidates) {
        return new Situation(
                question.home().node(),
                question.warning().window(),
                question.now(),
                question.home().uplink(),
                candidates,
                question.offers(),
                question.reclaims());
    }
}
