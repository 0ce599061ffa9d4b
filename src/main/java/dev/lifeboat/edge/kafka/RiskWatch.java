package dev.lifeboat.edge.kafka;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Asks what would go wrong, all the time, on a thread of its own: nothing is decided by it.
final class RiskWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RiskWatch.class);

    /// Nodes come and go in minutes.
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("risks").daemon().factory());

    static RiskWatch start(Runnable look) {
        var watch = new RiskWatch();
        var _ = watch.timer.scheduleWithFixedDelay(() -> guarded(look), 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private static void guarded(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException e) {
            LOG.errorf(e, "standing risks could not be told, it goes on");
        }
    }
}
