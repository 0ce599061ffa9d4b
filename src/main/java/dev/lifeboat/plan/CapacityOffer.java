package dev.lifeboat.plan;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
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
        SPOT
    }

    public enum Standing {
        ACCEPTING,
        /// Its agent takes no restores now.
        CLOSED,
        /// It has a notice of its own.
        DOOMED
    }

    CapacityOffer less(ByteCount taken) {
        long left = Math.max(0, free.bytes() - taken.bytes());
        return new CapacityOffer(
                node,
                kind,
                instanceType,
                zone,
                host,
                new ByteCount(left),
                devices,
                labels,
                evictionRisk,
                prestaged,
                standing);
    }
}
