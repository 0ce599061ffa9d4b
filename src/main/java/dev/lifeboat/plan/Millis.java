package dev.lifeboat.plan;

import java.time.Duration;

/// Whole milliseconds, the planner's unit: durations are rounded up, so that rounding never makes anything fit.
final class Millis {
    private Millis() {}

    static long ceiling(Duration duration) {
        long millis = duration.toMillis();
        return duration.minusMillis(millis).isZero() ? millis : millis + 1;
    }
}
