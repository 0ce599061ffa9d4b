package dev.lifeboat.policy;

/// What a workload is worth against the others on its node, and in a storm.
public record Value(
        @Key(
                value = "Orders workloads on a saturated node; the highest goes first.",
                standard = "500",
                least = "0",
                most = "1000")
        int priority,

        @Key(
                value = "What one minute of lost work costs, in any one currency.",
                standard = "1",
                least = "0",
                most = "1000000")
        double costPerLostMinute) {}
