package dev.lifeboat.edge.launch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Runs things again and again, each on its own thread, until closed. One turn that fails does not end its loop.
final class Loops implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Loops.class);

    private final List<ScheduledExecutorService> threads = new ArrayList<>();

    /// One turn of a loop.
    interface Turn {
        void run() throws Exception;
    }

    /// @param name of the thread, for people
    void every(Duration cadence, String name, Turn turn) {
        var _ = thread(name)
                .scheduleAtFixedRate(() -> guarded(name, turn), 0, cadence.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// A turn that waits by itself; `pause` lies between two.
    void after(Duration pause, String name, Turn turn) {
        var _ = thread(name)
                .scheduleWithFixedDelay(() -> guarded(name, turn), 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        threads.forEach(ScheduledExecutorService::shutdownNow);
    }

    private ScheduledExecutorService thread(String name) {
        var thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("loop-" + name).daemon().factory());
        threads.add(thread);
        return thread;
    }

    private static void guarded(String name, Turn turn) {
        try {
            turn.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.errorf(e, "a loop's turn failed, it goes on loop=%s", name);
        }
    }
}
