package dev.lifeboat.plan;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.util.List;
import java.util.Set;

/// What a node's agent publishes of its machine as a home for others (R37).
///
/// @param free memory that could be had right now
/// @param kind on what terms it runs; `SPOT` where nobody said, since then it may be taken
/// @param instanceType such as `m6i.4xlarge`; empty where nobody said
/// @param zone empty where nobody said
/// @param labels of the node, as `key=value`
/// @param devices models that are free, such as `nvidia-t4`, once for each
/// @param prestaged workloads whose earlier layers lie there
public record Capacity(
        HostFacts host,
        ByteCount free,
        CapacityOffer.Kind kind,
        String instanceType,
        String zone,
        Set<String> labels,
        List<String> devices,
        Set<WorkloadId> prestaged) {
    /// Of labels, of devices, and of workloads.
    static final int MOST = 1_000;

    public Capacity {
        labels = Set.copyOf(labels);
        devices = List.copyOf(devices);
        prestaged = Set.copyOf(prestaged);
        Printed.check("instance type", instanceType);
        Printed.check("zone", zone);
        if (labels.size() > MOST || devices.size() > MOST || prestaged.size() > MOST) {
            throw new IllegalArgumentException("at most " + MOST + " labels, devices and workloads, not "
                    + labels.size() + ", " + devices.size() + " and " + prestaged.size());
        }
        labels.forEach(label -> Printed.check("label", label));
        devices.forEach(device -> Printed.check("device", device));
    }

    /// @param risk chance of losing the node within the hour, 0 to 1
    public CapacityOffer offer(NodeName node, double risk, CapacityOffer.Standing standing) {
        return new CapacityOffer(
                node, kind, instanceType, zone, host, free, devices, labels, risk, prestaged, 0, standing);
    }
}
