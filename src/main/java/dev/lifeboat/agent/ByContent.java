package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Chain;
import dev.lifeboat.agent.CheckpointStore.Layer;
import dev.lifeboat.workload.WorkloadId;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// Reads what runs from outside and asks the store by content: on every kernel. A dump carries everything, its
/// upload only what is new.
final class ByContent implements Copying {
    private volatile @Nullable Layer underWay;

    @Override
    public Round.Result copy(Evacuee evacuee, Chain chain, Ahead within, CountDownLatch stop)
            throws InterruptedException {
        try (var layer = chain.layer()) {
            underWay = layer;
            return new Round(within, stop).run(evacuee.pid(), layer);
        } finally {
            underWay = null;
        }
    }

    @Override
    public @Nullable Layer underWay() {
        return underWay;
    }

    @Override
    public Optional<Parent> parent(WorkloadId workload, Chain chain) {
        return Optional.empty();
    }

    @Override
    public void forget(WorkloadId workload) {}
}
