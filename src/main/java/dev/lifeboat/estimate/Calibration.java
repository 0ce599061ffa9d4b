package dev.lifeboat.estimate;

/// Turns a guess into quantiles by the residuals of earlier guesses (split conformal prediction), with levels
/// that adapt so that in the long run the promised share is kept whatever the sequence (adaptive conformal
/// inference: Gibbs and Candès, NeurIPS 2021, proposition 4.1: |coverage − α| ≤ (max(a₁, 1 − a₁) + γ) / (γN);
/// with our finite bounds the numerator grows by the few hundredths of level after which a bound outgrows the
/// residuals). Immutable.
///
/// @param level95 level that is asked of the ring in order to keep 95 %
/// @param level99 likewise for 99 %
record Calibration(Residuals residuals, double level95, double level99) {
    static final Calibration EMPTY = new Calibration(Residuals.EMPTY, 0.95, 0.99);

    /// Share of γ at 99 %: a miss there is five times rarer, and must not by itself push the level beyond the ring.
    private static final double STEP_99 = 0.2;

    Calibration with(double residual, int capacity, double step) {
        return new Calibration(
                residuals.with(residual, capacity),
                adapted(level95, 0.95, step, residual),
                adapted(level99, 0.99, step * STEP_99, residual));
    }

    private double adapted(double level, double wanted, double step, double residual) {
        // Before there is a bound there is nothing to miss.
        if (residuals.size() < Settings.MIN_RESIDUALS) {
            return level;
        }
        double missed = residual <= residuals.bound(level) && residual < Double.POSITIVE_INFINITY ? 0 : 1;
        return level + step * (missed - (1 - wanted));
    }

    Quantiles quantiles(Point.Guess guess) {
        return Quantiles.ofSeconds(
                guess.at(residuals.bound(0.5)), guess.at(residuals.bound(level95)), guess.at(residuals.bound(level99)));
    }

    /// Probability that the guess comes true within some seconds: the ring's share, read through the adapted levels.
    double chance(Point.Guess guess, double seconds) {
        if (seconds <= 0) {
            return 0;
        }
        double share = residuals.level(guess.residual(seconds));
        double[] asked = {0, 0.5, level95, level99, 1};
        double[] kept = {0, 0.5, 0.95, 0.99, 1};
        for (int i = 1; i < asked.length; i++) {
            if (share <= asked[i] && asked[i] > asked[i - 1]) {
                double part = (share - asked[i - 1]) / (asked[i] - asked[i - 1]);
                return Math.clamp(kept[i - 1] + Math.max(0, part) * (kept[i] - kept[i - 1]), 0, 1);
            }
        }
        return kept[3];
    }
}
