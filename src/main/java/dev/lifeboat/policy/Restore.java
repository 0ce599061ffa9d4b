package dev.lifeboat.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How workloads come back.
public record Restore(
        @Key(
                value = "A restore that has not begun after this long falls back.",
                standard = "5m",
                least = "1s",
                most = "24h")
        Duration startWithin,

        @Key(value = "ColdStart starts the pod without its memory, Hold waits for a person.", standard = "ColdStart")
        Fallback fallback,

        @Key(
                value =
                        "Whether it runs again before its memory is there; what it touches comes at once, all else behind it. Needs agents that have `lazy`; containers always come back whole.",
                standard = "false")
        boolean lazy,

        @Key("How we know that it works; without it, readiness decides.") @Nullable
        Verify verify) {
    /// What to do when a restore fails.
    public enum Fallback {
        ColdStart,
        Hold
    }

    /// Exactly one question to the restored workload.
    @OneOf({"exec", "http"})
    public record Verify(
            @Key("A command that ends with 0.") @Nullable Exec exec,

            @Key("A request that is answered with 2xx.") @Nullable
            Http http,

            @Key(value = "The restore has failed after this long.", standard = "10s", least = "100ms", most = "1h")
            Duration timeout) {}
}
