package dev.lifeboat.plan;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Room on one node that may take workloads over.
///
/// @param instanceType such as `m6i.4xlarge`
/// @param host null while its agent has not published it
/// @param free memory not promised to anyone
/// @param evictionRisk chance of losing the node within the hour, 0 to 1
/// @param prestaged workloads whose earlier layers already lie there
/// @param promised restores already sent there, or planned to be
/// @param standing whether restores may be sent
public record CapacityOffer(
        NodeName node,
        Kind kind,
        String instanceType,
        String zone,
        @Nullable HostFacts host,
        ByteCount free,
        List<String> devices,
        Set<String> labels,
        double evictionRisk,
        Set<WorkloadId> prestaged,
        int promised,
        Standing standing) {
    public CapacityOffer {
        if (!(evictionRisk >= 0 && evictionRisk <= 1)) {
            throw new IllegalArgumentException("a chance is 0 to 1: " + evictionRisk);
        }
        devices = List.copyOf(devices);
        labels = Set.copyOf(labels);
        prestaged = Set.copyOf(prestaged);
    }

    public enum Kind {
        ON_DEMAND,
        SPOT,
        RESERVED
    }

    public enum Standing {
        ACCEPTING,
        /// Its agent takes no restores now.
        CLOSED,
        /// It has a notice of its own.
        DOOMED
    }

    /// What is left once a workload of these needs has been promised its place here.
    public CapacityOffer less(Needs needs) {
        long left = Math.max(0, free.bytes() - needs.room().bytes());
        var unused = new ArrayList<>(devices);
        needs.devices().forEach(unused::remove);
        return new CapacityOffer(
                node,
                kind,
                instanceType,
                zone,
                host,
                new ByteCount(left),
                unused,
                labels,
                evictionRisk,
                prestaged,
                promised + 1,
                standing);
    }
}
