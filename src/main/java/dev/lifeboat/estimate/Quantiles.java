package dev.lifeboat.estimate;

import java.time.Duration;

/// A duration as a calibrated forecast: half of the outcomes are at most `p50`, 95 % at most `p95`, 99 % at
/// most `p99`.
public record Quantiles(Duration p50, Duration p95, Duration p99) {
    /// Stands for "no bound can be given at this level" (so many saves were cut off, or so few have ended). About 100
    /// years: no window is longer, and it still fits into a `long` of nanoseconds.
    public static final Duration UNBOUNDED = Duration.ofDays(36_500);

    public Quantiles {
        if (p50.compareTo(p95) > 0 || p95.compareTo(p99) > 0) {
            throw new IllegalArgumentException("quantiles must not fall: " + p50 + ", " + p95 + ", " + p99);
        }
    }

    /// From seconds; what is infinite or beyond [#UNBOUNDED] becomes it, and a quantile below the one before is
    /// raised.
    static Quantiles ofSeconds(double p50, double p95, double p99) {
        return new Quantiles(duration(p50), duration(Math.max(p50, p95)), duration(Math.max(Math.max(p50, p95), p99)));
    }

    Quantiles least(Quantiles other) {
        return new Quantiles(least(p50, other.p50), least(p95, other.p95), least(p99, other.p99));
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    Quantiles times(double factor) {
        return ofSeconds(factor * seconds(p50), factor * seconds(p95), factor * seconds(p99));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static Duration duration(double seconds) {
        return seconds >= UNBOUNDED.toSeconds() ? UNBOUNDED : Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
