package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.policy.Subject;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Obstruction;
import dev.lifeboat.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Everything known of one workload on a node, policies aside.
///
/// @param subject how policies see it
/// @param health what its pod shows
/// @param unsaved work that would be lost with it: the time since its last durable state
/// @param estimates of its checkpoint for 0, 1, 2 … pre-dump rounds, as an `Estimator` gives them
///     right now; never empty, and only the first where the node cannot pre-dump
/// @param hook of its own way of saving itself; null where that was never measured
/// @param volumeZones where its volumes can be attached; empty for anywhere
/// @param devices models that it uses
/// @param pending raw bytes that a save has to carry; null where that is all of it
/// @param obstructions what is known to keep it from being checkpointed; null where nothing is
/// @param background age of the complete checkpoint that it goes back to if it is not saved; null
///     for none
/// @param bears how long it may stand still before somebody ends it for that; null for as long as it takes
public record Tenant(
        Workload workload,
        Subject subject,
        Health health,
        Duration unsaved,
        List<Estimate> estimates,
        @Nullable Estimate hook,
        Set<String> volumeZones,
        List<String> devices,
        Progress progress,
        @Nullable ByteCount pending,
        @Nullable List<Obstruction> obstructions,
        @Nullable Duration background,
        @Nullable Duration bears) {
    /// Of which nothing lies ahead in the store, complete or not, and which nothing keeps from
    /// being saved, however long it stands still.
    public Tenant(
            Workload workload,
            Subject subject,
            Health health,
            Duration unsaved,
            List<Estimate> estimates,
            @Nullable Estimate hook,
            Set<String> volumeZones,
            List<String> devices,
            Progress progress) {
        this(
                workload,
                subject,
                health,
                unsaved,
                estimates,
                hook,
                volumeZones,
                devices,
                progress,
                null,
                null,
                null,
                null);
    }

    public Tenant {
        if (estimates.isEmpty()) {
            throw new IllegalArgumentException("no estimate for " + workload.id() + ", not even an unknown one");
        }
        estimates = List.copyOf(estimates);
        volumeZones = Set.copyOf(volumeZones);
        devices = List.copyOf(devices);
        obstructions = obstructions == null || obstructions.isEmpty() ? null : List.copyOf(obstructions);
    }

    /// @param runningFor time since the containers started
    /// @param restarts of all its containers
    public record Health(boolean ready, Duration runningFor, int restarts, Map<String, String> annotations) {
        public Health {
            annotations = Map.copyOf(annotations);
        }
    }
}
