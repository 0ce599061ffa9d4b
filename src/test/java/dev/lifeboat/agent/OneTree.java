package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The one workload of a node, in a tree that lives as long as the test says.
record OneTree(WorkloadId id, TrackedTree tree) implements Workloads {
    @Override
    public List<Evacuee> running() {
        var footprint = new Footprint(new ByteCount(1), ByteCount.ZERO, 1);
        return List.of(new Evacuee(new Workload(id, "Process", "pi", Map.of(), footprint), tree.pid(), null));
    }

    @Override
    public Optional<Evacuee> find(WorkloadId other) {
        return running().stream().findFirst();
    }

    @Override
    public Path folder(WorkloadId other) {
        return Path.of("/nowhere");
    }

    @Override
    public void adopt(WorkloadId other, long pid, CheckpointId from) {}

    @Override
    public void tell(WorkloadId other) {}

    @Override
    public void kill(WorkloadId other) {}
}
