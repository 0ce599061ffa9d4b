package dev.lifeboat.agent;

import dev.lifeboat.policy.Ready;
import java.util.Optional;

/// Port: asks a running workload whether it is ready.
@FunctionalInterface
public interface Readiness {
    /// Answers within seconds, whatever the workload does; a question that cannot be asked is
    /// no readiness.
    ///
    /// @return what it lacks, for people; empty when it is ready
    Optional<String> lack(Evacuee evacuee, Ready when) throws InterruptedException;
}
