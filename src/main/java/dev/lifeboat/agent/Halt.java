package dev.lifeboat.agent;

import java.util.concurrent.CountDownLatch;

/// Keeps background work out of the way of saves: they need the processor and the link.
final class Halt {
    private int saves;
    private CountDownLatch stop = new CountDownLatch(1);

    /// A save begins: whatever runs in the background ends at once, and nothing begins.
    synchronized void hold() {
        saves++;
        stop.countDown();
    }

    /// As many saves have ended as begun: background work may begin again.
    synchronized void resume() {
        saves--;
        if (saves == 0) {
            stop = new CountDownLatch(1);
        }
    }

    /// What a piece of background work has to wait on instead of sleeping: released when it must end, and already
    /// released when it must not begin.
    synchronized CountDownLatch stop() {
        return stop;
    }
}
