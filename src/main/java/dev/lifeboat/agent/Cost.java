package dev.lifeboat.agent;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What background rounds have used of the processor: all that this process used while one was at work, its
/// rests included, whatever thread it was, and what pre-dumps used beside it. So it is at most too much, by
/// what else the agent did meanwhile; a budget is kept by the same figure.
///
/// Never goes back. From any thread.
final class Cost {
    private final Gauge gauge;
    private final @Nullable PreDumper beside;
    private Duration ended = Duration.ZERO;

    /// What had been used when the round at work began; null when none is.
    private @Nullable Duration before;

    Cost(Ahead ahead) {
        this.gauge = ahead.gauge();
        this.beside = ahead.preDumper();
    }

    /// A round begins; one at a time.
    synchronized void begin() {
        before = used();
    }

    /// However it ended.
    synchronized void end() {
        ended = spent();
        before = null;
    }

    /// Up to now, the round at work included.
    synchronized Duration spent() {
        return before == null ? ended : ended.plus(used().minus(before));
    }

    private Duration used() {
        Duration own = gauge.processor();
        return beside == null ? own : own.plus(beside.processor());
    }
}
