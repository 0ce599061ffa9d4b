package dev.lifeboat.policy;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// All policies of a cluster, and who decides for whom.
public record Policies(List<Policy> all) {
    /// Highest priority, then oldest; the name last, so that the answer never depends on the order of files.
    private static final Comparator<Policy> PRECEDENCE = Comparator.comparingInt(
                    (Policy policy) -> policy.spec().value().priority())
            .reversed()
            .thenComparing(Policy::created)
            .thenComparing(Policy::id);

    public Policies {
        all = List.copyOf(all);
    }

    /// Who decides for the workload; empty when nobody covers it.
    public Optional<Binding> of(Subject subject) {
        List<Policy> covering = all.stream()
                .map(this::held)
                .filter(policy -> policy.covers(subject))
                .sorted(PRECEDENCE)
                .toList();
        if (covering.isEmpty()) {
            return Optional.empty();
        }
        List<PolicyId> losers = covering.stream().skip(1).map(Policy::id).toList();
        return Optional.of(new Binding(covering.getFirst(), losers));
    }

    /// The policy with every guardrail of the cluster on it. Guardrails of a policy that is `Off` hold all the same:
    /// they limit, they do not act.
    public Policy held(Policy policy) {
        Policy held = policy;
        for (Guardrails guardrails : guardrails()) {
            held = guardrails.hold(held);
        }
        return held;
    }

    /// Every guardrail of the cluster; they add up.
    public List<Guardrails> guardrails() {
        return all.stream()
                .filter(policy -> policy.id().kind() == PolicyId.Kind.ClusterEvacuationPolicy)
                .map(policy -> policy.spec().guardrails())
                .filter(Objects::nonNull)
                .toList();
    }

    /// @param policy that decides, guardrails applied
    /// @param conflicted policies that cover the workload too and lost; they get the condition `Conflicted=True`
    public record Binding(Policy policy, List<PolicyId> conflicted) {
        public Binding {
            conflicted = List.copyOf(conflicted);
        }
    }
}
