package dev.lifeboat.edge.source.gce;

import dev.lifeboat.listener.ProofOfDeath;
import dev.lifeboat.notice.NodeName;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Whether a cluster's node on Compute Engine is gone. Names are given again, so that the machine's number is learnt
/// while it is there. Safe for several threads.
public final class GceDeaths implements ProofOfDeath, AutoCloseable {
    private final GceNodes nodes;
    private final Function<NodeName, Optional<String>> providerIds;
    private final Map<NodeName, GceMachine> met = new ConcurrentHashMap<>();

    /// @param nodes closed with this
    /// @param providerIds what Kubernetes calls a node's machine, as long as it has the node
    public GceDeaths(GceNodes nodes, Function<NodeName, Optional<String>> providerIds) {
        this.nodes = nodes;
        this.providerIds = providerIds;
    }

    /// A node that the cluster does not have (yet), or that is another cloud's, is not asked about.
    @Override
    public boolean meet(NodeName node) {
        Optional<String> providerId = providerIds.apply(node);
        providerId.flatMap(nodes::machine).ifPresent(machine -> met.put(node, machine));
        return providerId.isPresent();
    }

    @Override
    public boolean ended(NodeName node) {
        GceMachine machine = met.get(node);
        boolean dead = machine != null && nodes.isDead(machine);
        if (dead) {
            met.remove(node);
        }
        return dead;
    }

    @Override
    public void close() {
        nodes.close();
    }
}
