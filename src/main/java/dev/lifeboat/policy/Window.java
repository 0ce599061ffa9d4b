package dev.lifeboat.policy;

import java.time.Duration;
import java.util.Map;

/// How much of the grace window may be used, and how sure we must be.
public record Window(
        @Key(
                value = "Kept back at the end of the window for what nobody foresaw; at most half of the window.",
                standard = "10s",
                least = "0s",
                most = "1h")
        Duration reserve,

        @Key(
                value = "A rung fits when its estimate at this level does; 0.95 means that p95 must fit.",
                standard = "0.95",
                least = "0.5",
                most = "0.999")
        double confidence,

        @Key(value = "What to do when a rung takes longer than its estimate.", standard = "NextRung")
        OnOverrun onOverrun,

        @Key(
                value = "Windows to plan with where a notice names no deadline; a deadline in a notice always wins.",
                standard = "{}",
                least = "1s",
                most = "24h")
        Map<Trigger, Duration> assume) {
    /// What becomes of a rung that takes too long.
    public enum OnOverrun {
        /// Give it up while there is time for the next rung.
        NextRung,
        /// Carry on to the end of the window.
        KeepGoing
    }

    /// A reserve made for AWS's two minutes must not eat the 30 s that GCP and Azure give.
    private static final int LARGEST_PART = 2;

    public Window {
        assume = Map.copyOf(assume);
    }

    /// What is kept back of a window of this length; less than `reserve` where that is more than half of it.
    public Duration keptBack(Duration whole) {
        Duration most = whole.dividedBy(LARGEST_PART);
        return most.isNegative() || reserve.compareTo(most) <= 0 ? reserve : most;
    }
}
