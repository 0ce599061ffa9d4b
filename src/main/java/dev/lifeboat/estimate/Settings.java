package dev.lifeboat.estimate;

import java.time.Duration;

/// Bounds and speeds of an [Estimator]; [#DEFAULTS] says why each is what it is.
///
/// @param residuals kept per ring, at least [#MIN_RESIDUALS]
/// @param classes workload classes remembered; the one unused for longest goes first
/// @param nodes uplinks remembered, likewise
/// @param step of the adaptive level at p95 (γ of Gibbs and Candès); the step at p99 is a fifth of it
/// @param uplinkStaleAfter after this an uplink's throughput no longer stands for it
/// @param curveStaleAfter after this a class's dirty curve no longer stands for it
public record Settings(
        int residuals, int classes, int nodes, double step, Duration uplinkStaleAfter, Duration curveStaleAfter) {
    /// The fewest residuals of which one is a 95 % bound: ⌈(n + 1) · 0.95⌉ ≤ n holds from 19 on.
    public static final int MIN_RESIDUALS = 19;

    /// 400 residuals: a p99 rests on 4 of them, not 1, and a month of nightly saves still turns the ring over. 1,024
    /// classes and nodes: 16 MB at most. Step 0.01: recovers from a change of regime in some tens of saves, and
    /// moves p95 by no more than half a point per miss. Uplinks: background pre-dumps come at least every few
    /// minutes. Curves: a workload's day has phases of hours.
    public static final Settings DEFAULTS =
            new Settings(400, 1024, 1024, 0.01, Duration.ofMinutes(10), Duration.ofHours(2));

    public Settings {
        if (residuals < MIN_RESIDUALS || classes < 1 || nodes < 1 || !(step >= 0 && step < 1)) {
            throw new IllegalArgumentException("not usable: residuals " + residuals + ", classes " + classes
                    + ", nodes " + nodes + ", step " + step);
        }
    }
}
