package dev.lifeboat.estimate;

import java.time.Duration;

/// A duration as a calibrated forecast: half of the outcomes are at most `p50`, 95 % at most `p95`, 99 % at most `p99`.
public record Quantiles(Duration p50, Duration p95, Duration p99) {
    public Quantiles {
        if (p50.compareTo(p95) > 0 || p95.compareTo(p99) > 0) {
            throw new IllegalArgumentException("quantiles must not fall: " + p50 + ", " + p95 + ", " + p99);
        }
    }
}
