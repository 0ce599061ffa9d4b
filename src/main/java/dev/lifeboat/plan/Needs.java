package dev.lifeboat.plan;

import dev.lifeboat.quantity.ByteCount;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a node must have for one workload to run there from its memory. Every checkpoint keeps these (R38).
///
/// @param host the machine that the memory was made on; null where nothing is known of it, then only the rest
///     counts
/// @param cpu how strictly processors are compared
/// @param features CPU features that the policy requires by name
/// @param memory resident memory once it runs
/// @param restorePeak on top of that, while the restore is under way
/// @param zones where its volumes can be attached; empty for anywhere
/// @param devices models that must be there, such as `nvidia-t4`
/// @param capacity kinds of capacity it may go to, best first; empty for any
/// @param nodeLabels that the node must carry, as `key=value`
public record Needs(
        @Nullable HostFacts host,
        CpuCheck cpu,
        Set<String> features,
        ByteCount memory,
        ByteCount restorePeak,
        Set<String> zones,
        List<String> devices,
        List<CapacityOffer.Kind> capacity,
        Set<String> nodeLabels) {
    public Needs {
        features = Set.copyOf(features);
        zones = Set.copyOf(zones);
        devices = List.copyOf(devices);
        capacity = List.copyOf(capacity);
        nodeLabels = Set.copyOf(nodeLabels);
    }

    /// Room for the memory, and nothing else asked.
    public static Needs of(ByteCount memory) {
        return new Needs(
                null, CpuCheck.STANDARD, Set.of(), memory, ByteCount.ZERO, Set.of(), List.of(), List.of(), Set.of());
    }

    /// Needed while the restore runs.
    public ByteCount room() {
        return memory.plus(restorePeak);
    }
}
