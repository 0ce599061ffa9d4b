package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Chain;
import dev.lifeboat.agent.CheckpointStore.Taken;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Background rounds over everything that runs here, and the chains that come of them. A save stops them at once and
/// they begin again when it is over. All that is known is in memory: after a restart every workload starts a new chain,
/// and until then a save carries everything.
final class Rounds {
    private final Host host;
    private final Workloads workloads;
    private final CheckpointStore store;
    private final Ahead ahead;

    private final Map<WorkloadId, Chained> chains = new HashMap<>();
    private boolean swept;
    private int saves;
    private CountDownLatch stop = new CountDownLatch(1);

    Rounds(Host host, Workloads workloads, CheckpointStore store, Ahead ahead) {
        this.host = host;
        this.workloads = workloads;
        this.store = store;
        this.ahead = ahead;
    }

    /// A workload's chain, and the one that shall take its place once it has everything.
    private static final class Chained {
        private Chain current;
        private @Nullable Chain next;
        private int rounds;

        Chained(Chain first) {
            this.current = first;
        }

        void close() {
            current.close();
            if (next != null) {
                next.close();
            }
        }
    }

    /// What a save may build on.
    synchronized Optional<Chain> chain(WorkloadId workload) {
        return Optional.ofNullable(chains.get(workload)).map(chained -> chained.current);
    }

    /// The workload is not here any more.
    synchronized void forget(WorkloadId workload) {
        Chained gone = chains.remove(workload);
        if (gone != null) {
            gone.close();
        }
    }

    /// From now on, and until [#resume], no round runs: a save needs processor and link.
    synchronized void hold() {
        saves++;
        stop.countDown();
    }

    synchronized void resume() {
        saves--;
    }

    /// One round for each workload; by one thread. Ends early when a save comes.
    List<Copied> pass() throws InterruptedException {
        List<Evacuee> running = workloads.running();
        forgetOthers(running);
        sweep();
        var outcomes = new ArrayList<Copied>();
        for (Evacuee evacuee : running) {
            CountDownLatch halt = begin();
            if (halt.getCount() == 0) {
                break;
            }
            outcomes.add(round(evacuee, halt));
        }
        return outcomes;
    }

    /// What earlier agents of this node left; once, and before there is anything of our own.
    private void sweep() {
        if (swept) {
            return;
        }
        try {
            store.sweep(host.node());
            swept = true;
        } catch (StoreFailed _) {
            // Its garbage can wait; with a chain of our own it must, for the next agent.
            swept = !chains.isEmpty();
        }
    }

    private synchronized CountDownLatch begin() {
        stop = new CountDownLatch(saves > 0 ? 0 : 1);
        return stop;
    }

    private Copied round(Evacuee evacuee, CountDownLatch halt) throws InterruptedException {
        WorkloadId workload = evacuee.workload().id();
        var round = new Round(ahead, halt);
        try (var layer = chainFor(workload).layer()) {
            Round.Result result = round.run(evacuee.pid(), layer);
            if (result.whole()) {
                whole(workload);
            }
            return new Copied(workload, result.taken(), result.whole(), round.elapsed(), null);
        } catch (StoreFailed e) {
            var nothing = new Taken(ByteCount.ZERO, ByteCount.ZERO, ByteCount.ZERO);
            return new Copied(workload, nothing, false, round.elapsed(), e.detail());
        }
    }

    /// The chain to add to: the next one as soon as the current one has had its rounds.
    private Chain chainFor(WorkloadId workload) {
        Chained chained;
        synchronized (this) {
            chained = chains.get(workload);
            if (chained != null && chained.rounds < ahead.rounds()) {
                return chained.current;
            }
            if (chained != null && chained.next != null) {
                return chained.next;
            }
        }
        Chain begun = store.chain(host.node());
        synchronized (this) {
            if (chained == null) {
                chains.put(workload, new Chained(begun));
            } else {
                chained.next = begun;
            }
        }
        return begun;
    }

    private synchronized void whole(WorkloadId workload) {
        Chained chained = chains.get(workload);
        if (chained == null) {
            return;
        }
        chained.rounds++;
        Chain next = chained.next;
        if (next != null) {
            chained.current.close();
            chained.current = next;
            chained.next = null;
            chained.rounds = 1;
        }
    }

    private void forgetOthers(List<Evacuee> running) {
        Set<WorkloadId> here =
                running.stream().map(evacuee -> evacuee.workload().id()).collect(Collectors.toSet());
        Set<WorkloadId> gone;
        synchronized (this) {
            gone = chains.keySet().stream().filter(id -> !here.contains(id)).collect(Collectors.toSet());
        }
        gone.forEach(this::forget);
    }
}
