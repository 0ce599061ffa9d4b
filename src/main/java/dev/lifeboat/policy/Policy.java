package dev.lifeboat.policy;

import java.time.Instant;

/// One policy as it was decided.
///
/// @param created breaks ties between equal priorities: the oldest wins
public record Policy(PolicyId id, Instant created, Spec spec) {

    /// Whether the workload is the policy's business at all.
    public boolean covers(Subject subject) {
        boolean here = id.kind() == PolicyId.Kind.ClusterEvacuationPolicy
                || id.namespace().equals(subject.id().namespace());
        return here && spec.mode() != Mode.Off && spec.match().selects(subject);
    }

    /// The same policy with other contents.
    public Policy with(Spec changed) {
        return new Policy(id, created, changed);
    }
}
