package dev.lifeboat.policy;

/// Names a policy.
///
/// @param namespace where it holds; empty for the cluster kind
public record PolicyId(Kind kind, String namespace, String name) implements Comparable<PolicyId> {
    /// The kinds of policy, by the names that Kubernetes knows.
    public enum Kind {
        /// Holds in its own namespace.
        EvacuationPolicy,
        /// Holds in every namespace that it selects; alone may carry guardrails.
        ClusterEvacuationPolicy
    }

    public PolicyId {
        if (kind == Kind.ClusterEvacuationPolicy && !namespace.isEmpty()) {
            throw new IllegalArgumentException("a ClusterEvacuationPolicy has no namespace: " + namespace);
        }
    }

    @Override
    public int compareTo(PolicyId other) {
        return toString().compareTo(other.toString());
    }

    /// `EvacuationPolicy/namespace/name` or `ClusterEvacuationPolicy/name`.
    @Override
    public String toString() {
        return namespace.isEmpty() ? kind + "/" + name : kind + "/" + namespace + "/" + name;
    }
}
