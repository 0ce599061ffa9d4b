package dev.lifeboat.agent;

import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Reclaim;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the node's own agent has been told of the node's end. It does not take in what would have to leave again.
final class Fate {
    private @Nullable Reclaim told;

    synchronized void hear(Notice notice, Instant now) {
        told = Reclaim.fold(told, notice, now);
    }

    synchronized boolean sealed(Instant now) {
        return told != null && told.mustLeave() && !told.over(now);
    }
}
