package dev.lifeboat.simulation;

import dev.lifeboat.agent.Evacuee;
import dev.lifeboat.agent.Workloads;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.simulation.SimulatedNode.Tree;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One agent's look at its node's workloads; the node keeps what is known when the agent dies.
final class SimulatedWorkloads implements Workloads {
    /// What is remembered of a workload: which tree, and where it came from.
    record Entry(Tree tree, @Nullable CheckpointId restoredFrom) {}

    private final SimulatedNode node;
    private final AgentProcess process;
    private final Path root;

    SimulatedWorkloads(SimulatedNode node, AgentProcess process, Path root) {
        this.node = node;
        this.process = process;
        this.root = root;
    }

    @Override
    public List<Evacuee> running() {
        return known().keySet().stream().flatMap(id -> find(id).stream()).toList();
    }

    /// By the very tree, not its number: another one may have that by now.
    @Override
    public Optional<Evacuee> find(WorkloadId id) {
        return Optional.ofNullable(known().get(id))
                .filter(entry -> node.trees.containsValue(entry.tree()))
                .map(entry -> new Evacuee(workload(id), entry.tree().pid, entry.restoredFrom()));
    }

    @Override
    public Path folder(WorkloadId id) {
        return root.resolve(id.namespace()).resolve(id.name());
    }

    @Override
    public void adopt(WorkloadId id, long pid, CheckpointId from) {
        Tree tree = node.trees.get(pid);
        if (tree == null) {
            throw new IllegalStateException(id + " has ended at once");
        }
        known().put(id, new Entry(tree, from));
    }

    @Override
    public void tell(WorkloadId id) {
        process.aliveOrDied();
        node.told.add(id);
    }

    @Override
    public void kill(WorkloadId id) {
        process.pause(10);
        Entry entry = known().remove(id);
        if (entry != null) {
            node.trees.values().remove(entry.tree());
        }
        process.pause(10);
    }

    private Map<WorkloadId, Entry> known() {
        return node.known;
    }

    private static Workload workload(WorkloadId id) {
        return new Workload(id, "Process", "class", Map.of(), new Footprint(ByteCount.ZERO, ByteCount.ZERO, 1));
    }
}
