package dev.lifeboat.edge.launch;

import java.time.Duration;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Somebody reads something to its end again and again; others wait until what was there before they asked has been
/// read.
final class Reads {
    /// Each of its phases is one read.
    private final Phaser ended = new Phaser(1);

    /// The reader: it was read to its end.
    void end() {
        ended.arrive();
    }

    /// Waits for the second end from now: the read that comes to the first may have begun before.
    ///
    /// @return false when that took longer than `most`
    boolean awaitNext(Duration most) throws InterruptedException {
        long giveUp = System.nanoTime() + most.toNanos();
        int now = ended.getPhase();
        try {
            ended.awaitAdvanceInterruptibly(now, giveUp - System.nanoTime(), TimeUnit.NANOSECONDS);
            ended.awaitAdvanceInterruptibly(now + 1, giveUp - System.nanoTime(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        }
    }
}
