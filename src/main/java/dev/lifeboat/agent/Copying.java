package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Chain;
import dev.lifeboat.agent.CheckpointStore.Layer;
import dev.lifeboat.workload.WorkloadId;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// How running workloads are copied into their chains: by content from outside, or by the dumper's pre-dumps.
interface Copying {
    /// One round over one workload; by one thread.
    ///
    /// @param within the budget that it keeps to
    /// @param stop released when something more important comes
    Round.Result copy(Evacuee evacuee, Chain chain, Ahead within, CountDownLatch stop) throws InterruptedException;

    /// What the round at work fills; null when none is. From any thread, as an abort of it may be.
    @Nullable
    Layer underWay();

    /// What a dump onto this chain may leave out, and on whose word; empty when it must carry everything. Ask
    /// before the draft is begun: should a round come between, the draft's pages are of another pre-dump than
    /// this, which is then no longer the last, and nothing is left out. Afterwards no round is at work on any
    /// tree as long as rounds are told to stop.
    Optional<Parent> parent(WorkloadId workload, Chain chain) throws InterruptedException;

    /// The workload is not here any more.
    void forget(WorkloadId workload);
}
