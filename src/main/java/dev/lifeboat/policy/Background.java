package dev.lifeboat.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Complete checkpoints of a workload that runs on, for the day on which no notice leaves time for one.
public record Background(
        @Key(
                value = "Time between two of them: about as much work is lost at most.",
                standard = "10m",
                least = "30s",
                most = "24h")
        Duration every,

        @Key(
                value = "One that would have the workload stand still for longer is given up.",
                standard = "5s",
                least = "10ms",
                most = "5m")
        Duration maxFreeze,

        @Key("None is taken before this holds: a program that is still starting is not worth going back to.") @Nullable
        Ready when) {}
