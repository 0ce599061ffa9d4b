package dev.lifeboat.simulation;

import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;
import java.util.Optional;

/// The planted bug: every claim is won.
record Unclaimed(CheckpointStore store) implements CheckpointStore {
    @Override
    public Draft draft(CheckpointId id) {
        return store.draft(id);
    }

    @Override
    public Draft draft(CheckpointId id, Chain chain) {
        return store.draft(id, chain);
    }

    @Override
    public Chain chain(NodeName node) {
        return store.chain(node);
    }

    @Override
    public void sweep(NodeName node) {
        store.sweep(node);
    }

    @Override
    public Saved open(CheckpointId id) throws InterruptedException {
        return store.open(id);
    }

    @Override
    public boolean committed(CheckpointId id) {
        return store.committed(id);
    }

    @Override
    public boolean settle(CheckpointId id) {
        return store.settle(id);
    }

    @Override
    public Optional<Found> unclaimed(WorkloadId workload, NodeName savedOn, Instant since) {
        return store.unclaimed(workload, savedOn, since);
    }

    @Override
    public void retire(WorkloadId workload, NodeName node, int last) {
        store.retire(workload, node, last);
    }

    @Override
    public ClaimAnswer claim(CheckpointId id, Claim claim) {
        return new ClaimAnswer.Won();
    }

    @Override
    public void filling(CheckpointId id, Claim claim) {
        store.filling(id, claim);
    }

    @Override
    public void filled(CheckpointId id) {
        store.filled(id);
    }

    @Override
    public ClaimAnswer confirm(CheckpointId id, Claim claim) {
        return new ClaimAnswer.Won();
    }
}
