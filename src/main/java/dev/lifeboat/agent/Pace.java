package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Layer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Keeps one round to its budget, and ends it when something more important comes.
final class Pace {
    private final Ahead ahead;
    private final CountDownLatch stop;
    private final Duration began;
    private final Duration processorBefore;

    /// @param stop released when something more important comes
    Pace(Ahead ahead, CountDownLatch stop) {
        this.ahead = ahead;
        this.stop = stop;
        this.began = ahead.gauge().elapsed();
        this.processorBefore = ahead.gauge().processor();
    }

    /// Rests as long as the budget demands; a stop ends the rest at once.
    boolean stops(Layer layer) throws InterruptedException {
        var used = new Budget.Used(
                elapsed(),
                ahead.gauge().processor().minus(processorBefore),
                layer.taken().stored());
        return stop.await(ahead.budget().rest(used).toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Since it was made.
    Duration elapsed() {
        return ahead.gauge().elapsed().minus(began);
    }
}
