package dev.lifeboat.policy;

import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;

/// Copying memory ahead of any notice.
public record PreDump(
        @Key(
                value = "Time between two rounds; less where the window demands it.",
                standard = "60s",
                least = "10s",
                most = "24h")
        Duration every,

        @Key(
                value =
                        "Rounds stop while a greater share of the memory is dirtied between two of them: they would not pay.",
                standard = "0.5",
                least = "0.01",
                most = "1")
        double maxDirtyRatio,

        @Key(value = "CPU that the rounds may take.", standard = "500m", least = "10m", most = "64")
        Cpu maxCpu,

        @Key(value = "Bytes per second that the rounds may send.", standard = "64Mi", least = "64Ki", most = "100Gi")
        ByteCount maxBandwidth) {}
