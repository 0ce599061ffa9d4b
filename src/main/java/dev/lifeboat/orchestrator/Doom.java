package dev.lifeboat.orchestrator;

import dev.lifeboat.notice.Reclaim;
import java.time.Instant;

/// What a node's reclaim means for the work on it.
final class Doom {
    private Doom() {}

    static boolean dead(Reclaim reclaim) {
        return reclaim.standing() == Reclaim.Standing.DEAD;
    }

    /// Whether it still makes sense to begin a save at `now`.
    static boolean open(Reclaim reclaim, Instant now) {
        return reclaim.mustLeave()
                && !dead(reclaim)
                && reclaim.closesAt().map(now::isBefore).orElse(false);
    }
}
