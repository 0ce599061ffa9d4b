package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Chain;
import dev.lifeboat.workload.WorkloadId;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// Reads what runs from outside and asks the store by content: on every kernel. A dump carries everything, its
/// upload only what is new.
record ByContent(Ahead ahead) implements Copying {
    @Override
    public Round.Result copy(Evacuee evacuee, Chain chain, CountDownLatch stop) throws InterruptedException {
        try (var layer = chain.layer()) {
            return new Round(ahead.of(evacuee.workload().id()), stop).run(evacuee.pid(), layer);
        }
    }

    @Override
    public Optional<Parent> parent(WorkloadId workload, Chain chain) {
        return Optional.empty();
    }

    @Override
    public void forget(WorkloadId workload) {}
}
