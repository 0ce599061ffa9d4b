package dev.lifeboat.workload;

import java.util.Map;

/// One unit that is saved or lost as a whole.
///
/// @param kind owner's kind, such as `StatefulSet`, `Job` or `Process`
/// @param classKey what makes two workloads alike for the estimator (image digest + arguments)
public record Workload(WorkloadId id, String kind, String classKey, Map<String, String> labels, Footprint footprint) {
    public Workload {
        labels = Map.copyOf(labels);
    }
}
