package dev.lifeboat.orchestrator;

import java.time.Duration;

/// The bounds of the orchestrator's patience.
///
/// @param saves per migration, the first included
/// @param saveRetryAfter pause after a failed save, so that a store that stumbled can get up
/// @param restores per migration, the first included
/// @param restoreRetryAfter pause after a failed restore
/// @param restoreTimeout how long one target may take before another is asked; one that is heard of gets
///     longer: until its agent gives up itself, and by its workload's memory
/// @param silentAfter a node whose agent said nothing for this long takes no restores
/// @param deadAfter a silent node is presumed dead this long after its deadline; clouds take a machine seconds late
/// @param patience how long a checkpoint waits for room, or a lost node's for somebody to ask
public record Limits(
        int saves,
        Duration saveRetryAfter,
        int restores,
        Duration restoreRetryAfter,
        Duration restoreTimeout,
        Duration silentAfter,
        Duration deadAfter,
        Duration patience) {
    public static final Limits STANDARD = new Limits(
            3,
            Duration.ofSeconds(2),
            5,
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofSeconds(15),
            Duration.ofHours(1));

    public Limits {
        if (saves < 1 || restores < 1) {
            throw new IllegalArgumentException("at least one save and one restore: " + saves + ", " + restores);
        }
    }
}
