package dev.lifeboat.simulation;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Code that waits in the middle, run in turns with the world's: never two at once, so that a seed gives one run.
final class Fiber {
    /// The process that ran this is gone. No [Exception], so that nothing in the product takes it for an answer.
    static final class Died extends Error {
        Died() {
            super("the process died here", null, false, false);
        }
    }

    private final Semaphore go = new Semaphore(0);
    private final Semaphore back = new Semaphore(0);
    private final Thread thread;
    private @Nullable Throwable failure;
    private boolean over;

    Fiber(Runnable body) {
        thread = Thread.ofVirtual().start(() -> run(body));
    }

    private void run(Runnable body) {
        go.acquireUninterruptibly();
        try {
            body.run();
        } catch (Died _) {
            // as it was told
        } catch (Throwable broken) {
            failure = broken;
        } finally {
            over = true;
            back.release();
        }
    }

    /// Called by the world: returns when the fiber waits or ends.
    void resume() {
        if (over) {
            return;
        }
        go.release();
        back.acquireUninterruptibly();
        if (failure != null) {
            throw new AssertionError("the agent broke: " + failure, failure);
        }
    }

    /// Called in the fiber: returns when it is resumed.
    void suspend() {
        back.release();
        go.acquireUninterruptibly();
    }

    void interrupt() {
        thread.interrupt();
    }

    boolean over() {
        return over;
    }
}
