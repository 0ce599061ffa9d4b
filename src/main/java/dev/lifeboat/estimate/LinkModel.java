package dev.lifeboat.estimate;

import java.time.Duration;
import java.time.Instant;

/// Throughput of one uplink: ln B as a first-order autoregression around a slowly moving mean. A short save sees the
/// momentary rate, a long one the mean, and the spread of its average shrinks with its length. A step (several
/// samples in a row far outside the spread) makes it forget the old mean at once. Immutable.
///
/// @param mean of ln(bytes/s)
/// @param variance around the mean
/// @param covariance of samples that follow each other by one [#TICK_SECONDS]
/// @param last newest ln(bytes/s)
/// @param at when that was
/// @param count samples since the start or the last step, up to [#MEMORY]
/// @param strikes samples in a row that lay far outside
record LinkModel(double mean, double variance, double covariance, double last, Instant at, int count, int strikes) {
    /// Sampling step that φ refers to.
    static final double TICK_SECONDS = 0.25;

    /// Samples over which the mean is taken: 50 s of traffic.
    private static final int MEMORY = 200;

    /// Deviation of ln B assumed before any was seen.
    private static final double PRIOR_DEVIATION = 0.2;

    /// A sample this many deviations off is a strike; three in a row are a step. With φ = 0.9 noise alone does that
    /// about once in ten thousand samples.
    private static final double FAR = 3.5;

    private static final int STEP_STRIKES = 3;

    /// A stalled sample counts as this much, so that its logarithm is finite.
    private static final double LEAST_RATE = 1_000;

    static LinkModel first(double bytesPerSecond, Instant at) {
        double value = Math.log(Math.max(bytesPerSecond, LEAST_RATE));
        return new LinkModel(value, 0, 0, value, at, 1, 0);
    }

    LinkModel with(double bytesPerSecond, Instant now) {
        double value = Math.log(Math.max(bytesPerSecond, LEAST_RATE));
        double off = value - mean;
        boolean far = Math.abs(off) > FAR * Math.sqrt(totalVariance());
        int newStrikes = far ? strikes + 1 : 0;
        if (newStrikes >= STEP_STRIKES) {
            double level = (value + last) / 2;
            return new LinkModel(level, variance, covariance, value, now, STEP_STRIKES, 0);
        }
        double gain = 1.0 / Math.min(count + 1, MEMORY);
        // A far sample is held back from the moments until it is known to be a step or an outlier.
        double bounded = far ? Math.copySign(FAR * Math.sqrt(totalVariance()), off) : off;
        double newVariance = (1 - gain) * (variance + gain * bounded * bounded);
        double lag = seconds(at, now);
        boolean adjacent = lag < 1.5 * TICK_SECONDS;
        double newCovariance =
                adjacent ? covariance + gain * (Math.clamp(last - mean, -1, 1) * bounded - covariance) : covariance;
        return new LinkModel(
                mean + gain * bounded, newVariance, newCovariance, value, now, Math.min(count + 1, MEMORY), newStrikes);
    }

    /// The average of ln B over a stretch of time.
    ///
    /// @param delay seconds from now until it begins
    /// @param length seconds that it lasts, positive
    Outlook over(double delay, double length, Instant now) {
        double phi = phi();
        double ticks = Math.max(1, length / TICK_SECONDS);
        double lead = Math.pow(phi, (Math.max(0, seconds(at, now)) + delay) / TICK_SECONDS);
        double carried = phi < 1e-6 ? 1 / ticks : phi * (1 - Math.pow(phi, ticks)) / (ticks * (1 - phi));
        double momentum = Math.clamp(last - mean, -2, 2) * lead * carried;
        double total = totalVariance();
        double start = total * (1 - lead * lead) * carried * carried;
        double run = total * (1 - phi * phi) / ((1 - phi) * (1 - phi) * ticks * ticks) * accumulated(phi, ticks);
        double ofMean = total * Math.min(1, (1 + phi) / (1 - phi) / Math.max(count, 1));
        return new Outlook(mean + momentum, Math.sqrt(start + run + ofMean));
    }

    /// @param logRate expected average of ln(bytes/s)
    /// @param deviation of that average
    record Outlook(double logRate, double deviation) {
        double bytesPerSecond() {
            return Math.exp(logRate);
        }
    }

    boolean isStale(Instant now, Duration after) {
        return Duration.between(at, now).compareTo(after) > 0;
    }

    private double phi() {
        return variance <= 0 ? 0 : Math.clamp(covariance / variance, 0, 0.98);
    }

    private double totalVariance() {
        return variance + PRIOR_DEVIATION * PRIOR_DEVIATION / (count + 1);
    }

    /// Σ (1 − φᵏ)² for k = 1…n.
    private static double accumulated(double phi, double n) {
        double once = phi * (1 - Math.pow(phi, n)) / (1 - phi);
        double twice = phi * phi * (1 - Math.pow(phi, 2 * n)) / (1 - phi * phi);
        return n - 2 * once + twice;
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }
}
