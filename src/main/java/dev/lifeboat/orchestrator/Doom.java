package dev.lifeboat.orchestrator;

import dev.lifeboat.notice.Reclaim;
import java.time.Duration;
import java.time.Instant;

/// What a node's reclaim means for the work on it.
final class Doom {
    /// A name heard again this long after its machine was taken is another machine.
    static final Duration AFTERLIFE = Duration.ofHours(1);

    private Doom() {}

    /// Whether its workloads must leave: somebody empties the node, takes it, or has taken it.
    static boolean holds(Reclaim reclaim) {
        return switch (reclaim.standing()) {
            case DRAINING, DOOMED, DEAD -> true;
            case CALM, AT_RISK -> false;
        };
    }

    static boolean dead(Reclaim reclaim) {
        return reclaim.standing() == Reclaim.Standing.DEAD;
    }

    /// Whether it still makes sense to begin a save at `now`.
    static boolean open(Reclaim reclaim, Instant now) {
        return holds(reclaim)
                && !dead(reclaim)
                && reclaim.closesAt().map(now::isBefore).orElse(false);
    }

    static boolean over(Reclaim reclaim, Instant now) {
        return reclaim.closesAt()
                .map(closesAt -> closesAt.plus(AFTERLIFE).isBefore(now))
                .orElse(false);
    }
}
