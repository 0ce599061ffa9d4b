package dev.lifeboat.workload;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What its node knows of a running workload beyond what it is: all of it changes, or holds on that node only.
///
/// @param runningFor since it was started here, or restored; what it did before that is safe
/// @param copiedAgo since its latest whole background round began; null while nothing of it lies in the store
/// @param volumeZones where its volumes can be attached; empty for anywhere
/// @param devices models that it uses, such as `nvidia-t4`, once for each
/// @param bears how long it may stand still before somebody ends it for that; null for as long as it takes
public record Condition(
        WorkloadId workload,
        Duration runningFor,
        @Nullable Duration copiedAgo,
        Set<String> volumeZones,
        List<String> devices,
        @Nullable Duration bears) {
    /// Of zones and of devices; a machine has a handful of either.
    private static final int MOST = 100;

    public Condition {
        volumeZones = Set.copyOf(volumeZones);
        devices = List.copyOf(devices);
        if (runningFor.isNegative() || (copiedAgo != null && copiedAgo.isNegative())) {
            throw new IllegalArgumentException(
                    workload + " cannot run since " + runningFor + " or be copied " + copiedAgo + " ago");
        }
        if (volumeZones.size() > MOST || devices.size() > MOST) {
            throw new IllegalArgumentException(
                    "at most " + MOST + " zones and devices, not " + volumeZones.size() + " and " + devices.size());
        }
    }

    /// Of one that may stand still for as long as it takes.
    public Condition(
            WorkloadId workload,
            Duration runningFor,
            @Nullable Duration copiedAgo,
            Set<String> volumeZones,
            List<String> devices) {
        this(workload, runningFor, copiedAgo, volumeZones, devices, null);
    }

    /// Of which nothing is known: as if it had just been started.
    public static Condition unknown(WorkloadId workload) {
        return new Condition(workload, Duration.ZERO, null, Set.of(), List.of());
    }

    public Condition copied(@Nullable Duration ago) {
        return new Condition(workload, runningFor, ago, volumeZones, devices, bears);
    }

    public Condition bearing(@Nullable Duration limit) {
        return new Condition(workload, runningFor, copiedAgo, volumeZones, devices, limit);
    }
}
