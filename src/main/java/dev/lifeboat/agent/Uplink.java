package dev.lifeboat.agent;

import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.time.Duration;

/// What this node's path to the store has shown: an exponentially weighted mean of finished transfers.
final class Uplink {
    /// Weight of the newest transfer: the last three count for about two thirds.
    private static final double NEWEST = 0.3;

    /// Smaller transfers are all latency and say nothing of the rate.
    private static final ByteCount SMALLEST = ByteCount.ofMebi(1);

    private ByteRate mean = new ByteRate(0);

    synchronized void observe(ByteCount moved, Duration elapsed) {
        if (moved.compareTo(SMALLEST) < 0 || elapsed.isZero() || elapsed.isNegative()) {
            return;
        }
        double now = ByteRate.of(moved, elapsed).bytesPerSecond();
        double before = mean.bytesPerSecond();
        mean = new ByteRate(before == 0 ? now : before + NEWEST * (now - before));
    }

    /// Zero while nothing has been seen.
    synchronized ByteRate rate() {
        return mean;
    }
}
