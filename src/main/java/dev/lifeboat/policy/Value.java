package dev.lifeboat.policy;

/// What a workload is worth against the others on its node, and in a storm.
public record Value(
        @Key(
                value =
                        "Weighs workloads against each other where not all can be saved: each is worth (1 + priority) × costPerLostMinute, and the set worth most is saved; what is worth most per second of link goes first.",
                standard = "500",
                least = "0",
                most = "1000")
        int priority,

        @Key(
                value = "What one minute of lost work costs, in any one currency.",
                standard = "1",
                least = "0",
                most = "1000000")
        double costPerLostMinute) {
    /// A cost of nothing per minute still leaves the priority to decide by.
    private static final double LEAST_COST = 0.01;

    /// Linear in priority and in cost: a workload of priority 801 is worth two of 400.
    public double worth() {
        return (1 + priority) * Math.max(costPerLostMinute, LEAST_COST);
    }
}
