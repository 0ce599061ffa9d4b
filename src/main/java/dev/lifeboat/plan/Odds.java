package dev.lifeboat.plan;

import dev.lifeboat.estimate.Quantiles;
import java.time.Duration;

/// Probability that something with calibrated quantiles is done within some time: log-normal between and beyond
/// the three quantiles that are known.
final class Odds {
    /// Standard normal quantiles of 0.95 and 0.99.
    private static final double Z95 = 1.645;

    private static final double Z99 = 2.326;

    /// Quantiles that coincide still differ by this much in logarithm: what is known exactly is done or not.
    private static final double LEAST_SPREAD = 1e-6;

    private Odds() {}

    static double within(Quantiles quantiles, Duration time) {
        if (time.isNegative() || time.isZero()) {
            return 0;
        }
        if (time.equals(quantiles.p95())) {
            return Confidence.P95.level();
        }
        double low = log(quantiles.p50());
        double middle = log(quantiles.p95());
        double high = log(quantiles.p99());
        double t = log(time);
        double z = t <= middle
                ? Z95 * (t - low) / Math.max(middle - low, LEAST_SPREAD)
                : Z95 + (Z99 - Z95) * (t - middle) / Math.max(high - middle, LEAST_SPREAD);
        return normal(Math.clamp(z, -8, 8));
    }

    /// One after the other over the same link: their errors are one.
    static Quantiles together(Quantiles a, Quantiles b) {
        return new Quantiles(bounded(a.p50(), b.p50()), bounded(a.p95(), b.p95()), bounded(a.p99(), b.p99()));
    }

    private static Duration bounded(Duration a, Duration b) {
        Duration sum = a.plus(b);
        return sum.compareTo(Quantiles.UNBOUNDED) > 0 ? Quantiles.UNBOUNDED : sum;
    }

    private static double log(Duration duration) {
        return Math.log(Math.max(duration.toNanos(), 1) / 1e9);
    }

    /// Distribution function of the standard normal, to within 0.0002 (Abramowitz and Stegun, 26.2.18 has 2.5e-4).
    private static double normal(double z) {
        double x = Math.abs(z);
        double tail = 0.5 * Math.pow(1 + x * (0.196854 + x * (0.115194 + x * (0.000344 + x * 0.019527))), -4);
        return z < 0 ? tail : 1 - tail;
    }
}
