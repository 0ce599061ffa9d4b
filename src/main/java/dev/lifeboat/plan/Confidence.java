package dev.lifeboat.plan;

import dev.lifeboat.estimate.Quantiles;
import java.time.Duration;

/// How sure a forecast must be before it counts as fitting; a policy's `window.confidence`.
///
/// @param level 0.5 to 0.999
public record Confidence(double level) {
    /// What a policy means when it says nothing.
    public static final Confidence P95 = new Confidence(0.95);

    private static final double LOWEST = 0.5;
    private static final double HIGHEST = 0.999;

    public Confidence {
        if (!(level >= LOWEST && level <= HIGHEST)) {
            throw new IllegalArgumentException("a confidence is 0.5 to 0.999, such as 0.95: " + level);
        }
    }

    /// The bound that the forecast gives at this level. Only three levels are calibrated, so the next one up is
    /// taken; above 0.99 there is none and p99 must do.
    public Duration of(Quantiles quantiles) {
        if (level <= LOWEST) {
            return quantiles.p50();
        }
        return level <= P95.level ? quantiles.p95() : quantiles.p99();
    }
}
