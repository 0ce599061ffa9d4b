package dev.lifeboat.policy;

import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.util.List;
import java.util.Map;

/// What policies look at to see whether they cover a workload.
///
/// @param ownerKind such as `StatefulSet`; `Pod` for a bare pod
/// @param ownerName such as `cart-redis` for the pod `cart-redis-0`
/// @param containers names, empty where not known
public record Subject(
        WorkloadId id,
        String ownerKind,
        String ownerName,
        Map<String, String> labels,
        Map<String, String> namespaceLabels,
        List<String> containers) {
    public Subject {
        labels = Map.copyOf(labels);
        namespaceLabels = Map.copyOf(namespaceLabels);
        containers = List.copyOf(containers);
    }

    /// A workload of which no more is known than its own record.
    public static Subject of(Workload workload, String ownerName) {
        return new Subject(workload.id(), workload.kind(), ownerName, workload.labels(), Map.of(), List.of());
    }
}
