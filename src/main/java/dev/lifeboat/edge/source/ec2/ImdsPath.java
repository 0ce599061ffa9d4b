package dev.lifeboat.edge.source.ec2;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/// What we watch in the metadata of a node.
public enum ImdsPath {
    /// 404 until the instance is marked; then the action and its time, 120 s ahead except for hibernation.
    INSTANCE_ACTION("spot/instance-action", Duration.ofMillis(150), 5),
    /// 404 until EC2 recommends to leave; no promise of a window.
    REBALANCE("events/recommendations/rebalance", Duration.ofSeconds(2), 5),
    /// A list, empty as a rule; announced days to weeks ahead.
    MAINTENANCE("events/maintenance/scheduled", Duration.ofMinutes(1), 2),
    /// 404 outside an Auto Scaling group; `Terminated` once the group takes the instance out.
    LIFECYCLE("autoscaling/target-lifecycle-state", Duration.ofSeconds(2), 5);

    private final String path;
    private final Duration cadence;
    private final int looksUntilGone;

    ImdsPath(String path, Duration cadence, int looksUntilGone) {
        this.path = path;
        this.cadence = cadence;
        this.looksUntilGone = looksUntilGone;
    }

    /// Under `/latest/meta-data/`.
    public String path() {
        return path;
    }

    /// How often we look unless told otherwise. AWS says every 5 s; a window of 120 s is worth more.
    public Duration cadence() {
        return cadence;
    }

    /// The cadence from `source.yaml`, where it names this path in lower case with dashes.
    public Duration cadence(Map<String, Duration> told) {
        return told.getOrDefault(name().toLowerCase(Locale.ROOT).replace('_', '-'), cadence);
    }

    /// Looks in a row without a notice until it counts as withdrawn.
    int looksUntilGone() {
        return looksUntilGone;
    }
}
