package dev.lifeboat.agent;

import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.time.Duration;

/// What background work may use while nobody needs it.
///
/// @param processorShare of one core, over 0; more than 1 is more than a core
/// @param link towards the store, over zero
public record Budget(double processorShare, ByteRate link) {
    /// All that the machine has.
    static final Budget WHOLE = new Budget(1e6, new ByteRate(1e15));

    public Budget {
        if (!(processorShare > 0) || Double.isInfinite(processorShare) || !(link.bytesPerSecond() > 0)) {
            throw new IllegalArgumentException(
                    "a budget is more than nothing: " + processorShare + " of a core, " + link);
        }
    }

    /// As much as both allow.
    Budget within(Budget other) {
        return new Budget(
                Math.min(processorShare, other.processorShare),
                new ByteRate(Math.min(link.bytesPerSecond(), other.link.bytesPerSecond())));
    }

    /// What has been used since a round began.
    ///
    /// @param elapsed on a clock that only goes forward
    /// @param processor user and system time of this process
    /// @param stored bytes that went to the store
    record Used(Duration elapsed, Duration processor, ByteCount stored) {}

    /// How long to rest so that neither share is exceeded from the start of the round on; zero when there is room.
    Duration rest(Used used) {
        double processorSeconds = seconds(used.processor) / processorShare;
        double linkSeconds = used.stored.bytes() / link.bytesPerSecond();
        double rest = Math.max(processorSeconds, linkSeconds) - seconds(used.elapsed);
        return rest <= 0 ? Duration.ZERO : Duration.ofNanos(Math.round(rest * 1e9));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
