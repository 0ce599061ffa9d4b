package dev.lifeboat.policy;

import java.time.Duration;
import java.util.Optional;

/// What sets a policy to work.
public enum Trigger {
    /// The cloud takes a spot machine back.
    SpotInterruption,
    /// The cloud sees a raised risk. Only reversible work is done: pre-dump and cordon.
    RebalanceRecommendation,
    /// Somebody empties the node.
    NodeDrain,
    /// The cloud announced work on the host.
    ScheduledMaintenance,
    /// The machine's own shutdown has begun.
    NodeShutdown,
    /// A person asked for it.
    Manual;

    /// AWS gives 120 s, the longest of the clouds that give a fixed notice (GCP and Azure give 30 s):
    /// docs.aws.amazon.com, "Spot Instance interruption notices", read 2026-11.
    private static final Duration LONGEST_SPOT_NOTICE = Duration.ofMinutes(2);

    /// The longest notice that this trigger ever gives; empty where the sender chooses.
    public Optional<Duration> longestNotice() {
        return this == SpotInterruption ? Optional.of(LONGEST_SPOT_NOTICE) : Optional.empty();
    }
}
