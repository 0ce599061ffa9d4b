package dev.lifeboat.notice;

import java.time.Duration;
import java.time.Instant;

/// The time that a doomed node has left.
///
/// @param closesAt when the machine is taken, by the cloud's clock
/// @param margin kept back for clock skew and for the commit; not negative
public record GraceWindow(Instant closesAt, Duration margin) {
    public GraceWindow {
        if (margin.isNegative()) {
            throw new IllegalArgumentException("a margin cannot be negative: " + margin);
        }
    }

    /// Usable time left at `now`; zero once spent, never negative.
    public Duration remaining(Instant now) {
        Duration left = Duration.between(now, closesAt).minus(margin);
        return left.isNegative() ? Duration.ZERO : left;
    }

    public boolean fits(Duration work, Instant now) {
        return work.compareTo(remaining(now)) <= 0;
    }
}
