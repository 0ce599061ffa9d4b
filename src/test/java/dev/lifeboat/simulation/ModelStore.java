package dev.lifeboat.simulation;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.notice.NodeName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Manifests and claims, with the store's conditional writes.
final class ModelStore {
    record Claim(NodeName node, int attempt, boolean running) {}

    private final Set<CheckpointId> manifests = new HashSet<>();
    private final Map<CheckpointId, Claim> claims = new HashMap<>();

    void commit(CheckpointId checkpoint) {
        manifests.add(checkpoint);
    }

    boolean holds(CheckpointId checkpoint) {
        return manifests.contains(checkpoint);
    }

    /// A higher attempt takes over what is not confirmed as running.
    boolean claim(CheckpointId checkpoint, NodeName node, int attempt) {
        @Nullable Claim held = claims.get(checkpoint);
        if (held != null && (held.running() || held.attempt() > attempt)) {
            return held.node().equals(node) && held.attempt() == attempt;
        }
        claims.put(checkpoint, new Claim(node, attempt, false));
        return true;
    }

    /// The last step before the workload is let go: only the holder of the claim passes.
    boolean confirm(CheckpointId checkpoint, NodeName node, int attempt) {
        var mine = new Claim(node, attempt, false);
        return claims.replace(checkpoint, mine, new Claim(node, attempt, true));
    }

    boolean runsOn(CheckpointId checkpoint, NodeName node) {
        @Nullable Claim held = claims.get(checkpoint);
        return held != null && held.running() && held.node().equals(node);
    }
}
