package dev.lifeboat.edge.criu;

/// Waits that must not be cut short, because a frozen tree hangs on what comes after.
public final class Uninterruptibly {
    private Uninterruptibly() {}

    /// Until all have ended; an interrupt meanwhile is kept for the caller.
    public static void join(Thread... threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException stop) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
