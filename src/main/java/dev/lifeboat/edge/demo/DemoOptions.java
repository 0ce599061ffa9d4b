package dev.lifeboat.edge.demo;

import dev.lifeboat.quantity.ByteCount;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the demo was asked for.
///
/// @param window from the notice to the death of the node
/// @param memory of the victim
/// @param json where the figures go
/// @param crash the station at which the orchestrator is killed and started again; null for none
/// @param leavings whether state and logs stay after a success
/// @param watched by a Prometheus, if somebody has one
record DemoOptions(
        Duration window,
        ByteCount memory,
        double churn,
        @Nullable Path json,
        Leavings leavings,
        @Nullable Step crash,
        Watched watched) {
    /// Too short to save anything that is worth it: for those who want to see a window missed.
    private static final Duration SHORTEST = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    DemoOptions {
        if (window.compareTo(SHORTEST) < 0 || window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("--window takes 2s to 10m, not " + window.toSeconds() + "s");
        }
        if (memory.compareTo(ByteCount.ofMebi(16)) < 0 || memory.compareTo(ByteCount.ofMebi(4096)) > 0) {
            throw new IllegalArgumentException("--memory takes 16m to 4g, not " + memory);
        }
        if (!(churn >= 0 && churn <= 1)) {
            throw new IllegalArgumentException("--churn is the share of memory rewritten per second, 0 to 1");
        }
    }

    Optional<Path> figures() {
        return Optional.ofNullable(json);
    }

    Optional<Step> crashAt() {
        return Optional.ofNullable(crash);
    }

    /// How the parts are watched.
    ///
    /// @param targets the file that says where they answer; null for none
    /// @param linger how long they stay up after the end
    record Watched(@Nullable Path targets, Duration linger) {}

    /// What stays after a success; after a failure all stays.
    enum Leavings {
        NOTHING,
        EVERYTHING
    }

    /// `30s`, `2m` or `1500ms`.
    static Duration duration(String text) {
        if (!text.matches("[0-9]{1,7}(ms|s|m)")) {
            throw new IllegalArgumentException("not a duration: '" + text + "' (write 30s or 2m)");
        }
        long number = Long.parseLong(text.replaceAll("[a-z]", ""));
        if (text.endsWith("ms")) {
            return Duration.ofMillis(number);
        }
        return text.endsWith("s") ? Duration.ofSeconds(number) : Duration.ofMinutes(number);
    }
}
