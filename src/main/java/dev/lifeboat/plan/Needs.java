package dev.lifeboat.plan;

import dev.lifeboat.policy.Target;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Arrival;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a node must have for one workload to run there from its memory. Every checkpoint keeps these (R38).
///
/// @param host the machine that the memory was made on; null where nothing is known of it, then only the rest
///     counts
/// @param cpu how strictly processors are compared
/// @param features CPU features that the policy requires by name
/// @param memory resident memory once it runs
/// @param restorePeak on top of that, while the restore is under way
/// @param zones where its volumes can be attached, or where it must stay; empty for anywhere
/// @param near the zone that it rather stays in, while there is room; null for none, as in records of old
/// @param devices models that must be there, such as `nvidia-t4`
/// @param capacity kinds of capacity it may go to, best first; empty for any
/// @param nodeLabels that the node must carry, as `key=value`
/// @param arrival how it wishes to come back, which rules out no node; null for whole
public record Needs(
        @Nullable HostFacts host,
        CpuCheck cpu,
        Set<String> features,
        ByteCount memory,
        ByteCount restorePeak,
        Set<String> zones,
        @Nullable String near,
        List<String> devices,
        List<CapacityOffer.Kind> capacity,
        Set<String> nodeLabels,
        @Nullable Arrival arrival) {
    public Needs {
        features = Set.copyOf(features);
        zones = Set.copyOf(zones);
        devices = List.copyOf(devices);
        capacity = List.copyOf(capacity);
        nodeLabels = Set.copyOf(nodeLabels);
    }

    /// While CRIU puts pages back, each is in the page cache or a buffer as well as in the process for a
    /// moment; an eighth covers the read-ahead of the restore with room to spare.
    private static final int RESTORE_PEAK_DIVISOR = 8;

    /// What memory made on a machine needs of any other, policies aside.
    public static Needs from(@Nullable HostFacts host, ByteCount memory) {
        var peak = new ByteCount(memory.bytes() / RESTORE_PEAK_DIVISOR);
        return new Needs(
                host, CpuCheck.STANDARD, Set.of(), memory, peak, Set.of(), null, List.of(), List.of(), Set.of(), null);
    }

    /// The same where its volumes can be attached.
    ///
    /// @param volumeZones empty for anywhere
    public Needs within(Set<String> volumeZones) {
        return new Needs(
                host, cpu, features, memory, restorePeak, volumeZones, near, devices, capacity, nodeLabels, arrival);
    }

    /// The same under a policy.
    ///
    /// @param zone of the node that it leaves; empty where nobody said, and then it may go as far as its volumes
    /// @param used devices that it uses
    public Needs under(Target target, String zone, List<String> used) {
        boolean bound = target.topology() == Target.Topology.SameZone && !zone.isEmpty();
        return new Needs(
                host,
                new CpuCheck(
                        switch (target.cpu().compatibility()) {
                            case Strict -> CpuCheck.Mode.INSTRUCTIONS;
                            case Required -> CpuCheck.Mode.FPU;
                        },
                        target.cpu().harmless().stream()
                                .map(Target.Hint::toString)
                                .collect(Collectors.toSet())),
                Set.copyOf(target.cpu().require()),
                memory,
                restorePeak,
                bound ? Set.of(zone) : zones,
                target.topology() == Target.Topology.PreferSameZone && !zone.isEmpty() ? zone : null,
                target.devices().matchModel() ? used : List.of(),
                target.capacityTypes().stream().map(Needs::kind).toList(),
                target.nodeSelector().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.toSet()),
                arrival);
    }

    /// The same, coming back as a policy wishes.
    public Needs arriving(Arrival wished) {
        return new Needs(host, cpu, features, memory, restorePeak, zones, near, devices, capacity, nodeLabels, wished);
    }

    private static CapacityOffer.Kind kind(Target.CapacityType type) {
        return switch (type) {
            case ON_DEMAND -> CapacityOffer.Kind.ON_DEMAND;
            case SPOT -> CapacityOffer.Kind.SPOT;
            case RESERVED -> CapacityOffer.Kind.RESERVED;
        };
    }

    /// Whatever it takes: two workloads that differ in nothing else may go to the same machines.
    public Needs ofAnySize() {
        return new Needs(
                host, cpu, features, ByteCount.ZERO, ByteCount.ZERO, zones, near, devices, capacity, nodeLabels, null);
    }

    /// Room for the memory, and nothing else asked.
    public static Needs of(ByteCount memory) {
        return new Needs(
                null,
                CpuCheck.STANDARD,
                Set.of(),
                memory,
                ByteCount.ZERO,
                Set.of(),
                null,
                List.of(),
                List.of(),
                Set.of(),
                null);
    }

    /// Needed while the restore runs.
    public ByteCount room() {
        return memory.plus(restorePeak);
    }
}
