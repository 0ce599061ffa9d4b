package dev.lifeboat.migration;

import dev.lifeboat.notice.NodeName;
import java.util.ArrayList;
import java.util.List;

/// The restores of one migration that came to nothing.
///
/// @param attempts restores ordered so far; the next one is `attempts + 1`, an epoch that never goes back
/// @param failedOn their targets, oldest first
/// @param claimed whether the last one lost the claim, so that an earlier target must be running the workload
public record Restores(int attempts, List<NodeName> failedOn, boolean claimed) {
    public static final Restores NONE = new Restores(0, List.of(), false);

    public Restores {
        failedOn = List.copyOf(failedOn);
    }

    Restores begun() {
        return new Restores(attempts + 1, failedOn, claimed);
    }

    Restores failed(NodeName target, RestoreFailure reason) {
        var nodes = new ArrayList<>(failedOn);
        nodes.add(target);
        return new Restores(attempts, nodes, reason == RestoreFailure.CLAIM_LOST);
    }
}
