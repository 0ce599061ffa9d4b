package dev.lifeboat.plan;

import dev.lifeboat.policy.Policy;
import java.util.Optional;

/// Names workloads that are saved all or none, such as the ranks of one MPI job.
public record GroupKey(String value) {
    private static final int MAX_LENGTH = 512;

    public GroupKey {
        if (value.isBlank() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a group key has 1 to 512 characters, not " + value.length());
        }
    }

    /// Of a workload that this policy covers; empty where it stands alone.
    public static Optional<GroupKey> of(Question question, Tenant tenant, Policy policy) {
        return Optional.ofNullable(new Candidacy(question, tenant, policy).group());
    }

    @Override
    public String toString() {
        return value;
    }
}
