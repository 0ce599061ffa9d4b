package dev.lifeboat.edge.kubernetes.resource;

import dev.lifeboat.policy.Key;
import java.util.List;

/// What became of a policy that was given to the cluster.
public record PolicyStatus(
        @Key(value = "What the linter finds, worst first.", standard = "[]", most = "20")
        List<Finding> findings) {
    public PolicyStatus {
        findings = List.copyOf(findings);
    }

    /// One finding, as `lifeboat policy lint` prints it.
    public record Finding(
            @Key(value = "Stable code, such as LBP020; docs/reference/lint-codes.md explains each.", required = true)
            String code,

            @Key(value = "Where in the object, such as spec.ladder[0].when.", required = true)
            String path,

            @Key(value = "What is wrong.", required = true) String message) {}

    /// What is told of a policy.
    public enum Type {
        /// Whether plans are drawn by it.
        Accepted,
        /// Whether a guardrail holds it back.
        Restrained
    }

    /// Why.
    public enum Reason {
        /// No errors: it is in force.
        Valid,
        /// The linter finds errors, in `findings`; the policy counts for nothing until they are gone.
        Invalid,
        /// A guardrail of a ClusterEvacuationPolicy is stricter in places; the guardrail holds.
        GuardrailHolds,
        /// It is within all guardrails.
        WithinGuardrails
    }
}
