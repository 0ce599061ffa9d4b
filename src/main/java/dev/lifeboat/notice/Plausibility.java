package dev.lifeboat.notice;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Which deadlines can be true.
///
/// @param skew how far the cloud's clock and ours may differ; a deadline passed by more is stale
/// @param horizon how far ahead this source announces anything
public record Plausibility(Duration skew, Duration horizon) {
    /// NTP failures of a minute are seen in practice; beyond that a machine's deadline is somebody's replay.
    public static final Duration USUAL_SKEW = Duration.ofMinutes(1);

    public Plausibility {
        if (skew.isNegative() || horizon.isNegative()) {
            throw new IllegalArgumentException("neither skew nor horizon can be negative: " + skew + ", " + horizon);
        }
    }

    public static Plausibility within(Duration horizon) {
        return new Plausibility(USUAL_SKEW, horizon);
    }

    /// What is wrong with the deadline, if anything; both bounds are still believed.
    public Optional<Rejection> objection(Instant closesAt, Instant now) {
        if (closesAt.isBefore(now.minus(skew))) {
            return Optional.of(Rejection.PAST_DEADLINE);
        }
        if (closesAt.isAfter(now.plus(horizon))) {
            return Optional.of(Rejection.DEADLINE_TOO_FAR);
        }
        return Optional.empty();
    }
}
