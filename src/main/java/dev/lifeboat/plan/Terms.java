package dev.lifeboat.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the policy says of a workload, apart from its ladder.
///
/// @param value what saving it is worth against the others; finite, more than 0
/// @param group null when it is saved on its own
/// @param reserve kept back from the node's window for this workload
/// @param whenUnknown what to do with a rung that nobody can forecast
public record Terms(
        double value, @Nullable GroupKey group, Duration reserve, Confidence confidence, WhenUnknown whenUnknown) {
    public Terms {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("a value is finite and more than 0: " + value);
        }
        if (reserve.isNegative()) {
            throw new IllegalArgumentException("a reserve cannot be negative: " + reserve);
        }
    }

    public enum WhenUnknown {
        /// Take the next rung.
        NEXT_RUNG,
        /// Try it after everything that has a forecast: it can only win what was lost anyway.
        TRY_LAST
    }
}
