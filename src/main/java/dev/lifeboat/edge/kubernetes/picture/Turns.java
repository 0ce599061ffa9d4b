package dev.lifeboat.edge.kubernetes.picture;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Spaces requests out, and waits longer and longer while nobody answers. One thread; [#end] from any.
final class Turns {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final long gapNanos;
    private Duration pause = FIRST;
    private long nextNanos = System.nanoTime();

    Turns(double perSecond) {
        gapNanos = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
    }

    /// @return false once it is over
    boolean await() throws InterruptedException {
        boolean over = ended.await(Math.max(0, nextNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        nextNanos = System.nanoTime() + gapNanos;
        return !over;
    }

    void answered() {
        pause = FIRST;
    }

    void unanswered() {
        nextNanos = System.nanoTime() + pause.toNanos();
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }

    /// @return whether it is over
    boolean rest(Duration atMost) throws InterruptedException {
        return ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    boolean over() {
        return ended.getCount() == 0;
    }

    void end() {
        ended.countDown();
    }
}
