package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Chain;
import dev.lifeboat.agent.CheckpointStore.Layer;
import dev.lifeboat.agent.CheckpointStore.Taken;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Background rounds over everything that runs here, and the chains that come of them. A save stops them at once and
/// they begin again when it is over. All that is known is in memory: after a restart every workload starts a new chain,
/// and until then a save carries everything.
final class Rounds {
    /// Beside the folders of orders in the node's scratch: no order is called so.
    private static final String PRE_DUMPS = "pre-dumps";
    /// After a round that the store refused; sooner where the next one is due sooner anyway.
    private static final Duration RETRY = Duration.ofMinutes(1);

    private static final Taken NOTHING = new Taken(ByteCount.ZERO, ByteCount.ZERO, ByteCount.ZERO, Duration.ZERO);

    private final Host host;
    private final Workloads workloads;
    private final CheckpointStore store;
    private final Ahead ahead;
    private final Fillings fillings;
    private final Copying copying;
    private final Cost cost;

    private final Map<WorkloadId, Chained> chains = new HashMap<>();
    private final Map<WorkloadId, Attempt> attempts = new HashMap<>();
    private boolean swept;
    private final Halt halt = new Halt();

    /// Held by the one round that is at work.
    private final ReentrantLock copyingNow = new ReentrantLock();

    Rounds(Host host, Workloads workloads, CheckpointStore store, Ahead ahead, Fillings fillings) {
        this.fillings = fillings;
        this.host = host;
        this.workloads = workloads;
        this.store = store;
        this.ahead = ahead;
        this.cost = new Cost(ahead);
        PreDumper preDumper = ahead.preDumper();
        this.copying = preDumper == null
                ? new ByContent()
                : new ByPreDump(preDumper, host.scratch().resolve(PRE_DUMPS));
    }

    /// The latest round of a workload that ran to its end.
    private record Attempt(Duration began, boolean whole) {}

    /// A workload's chain, and the one that shall take its place once it has everything.
    private static final class Chained {
        private Chain current;
        private @Nullable Chain next;
        private int rounds;

        /// When its latest whole round began.
        private @Nullable Duration began;

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

    /// The pre-dump that a save on that chain may build on.
    Optional<Parent> parent(WorkloadId workload, Chain chain) throws InterruptedException {
        return copying.parent(workload, chain);
    }

    /// How old the chain's latest whole copy is; empty while it has none.
    synchronized Optional<Duration> copiedAgo(WorkloadId workload) {
        return Optional.ofNullable(chains.get(workload))
                .map(chained -> chained.began)
                .map(began -> ahead.gauge().elapsed().minus(began));
    }

    /// The workload is not here any more.
    void forget(WorkloadId workload) {
        Chained gone;
        synchronized (this) {
            gone = chains.remove(workload);
        }
        if (gone != null) {
            gone.close();
            copying.forget(workload);
        }
    }

    /// What keeps background work out of the way of saves.
    Halt halt() {
        return halt;
    }

    /// Processor time of all rounds that nobody waited for, up to now; from any thread.
    Duration spent() {
        return cost.spent();
    }

    /// One round for each workload whose time has come; by one thread. Ends early when a save comes.
    ///
    /// @param awaited those that something waits for, whose time has come in any case
    List<Copied> pass(Set<WorkloadId> awaited) throws InterruptedException {
        List<Evacuee> running = workloads.running();
        forgetOthers(running);
        sweep();
        var outcomes = new ArrayList<Copied>();
        for (Evacuee evacuee : due(running, awaited)) {
            CountDownLatch stop = halt.stop();
            if (stop.getCount() == 0) {
                break;
            }
            copyingNow.lockInterruptibly();
            cost.begin();
            try {
                WorkloadId workload = evacuee.workload().id();
                outcomes.add(round(evacuee, () -> chainFor(workload), ahead.of(workload), stop));
            } finally {
                cost.end();
                copyingNow.unlock();
            }
        }
        return outcomes;
    }

    /// One round right now, as fast as it goes: a save waits for it, so background rounds have been
    /// told to stop.
    ///
    /// @param stop released when the save is to wait no longer
    Copied now(Evacuee evacuee, CountDownLatch stop) throws InterruptedException {
        if (ahead.equals(Ahead.NONE)) {
            return new Copied(evacuee.workload(), new Round.Result(NOTHING, false), null, Duration.ZERO, null);
        }
        cutOff();
        copyingNow.lockInterruptibly();
        try {
            return round(evacuee, () -> current(evacuee.workload().id()), ahead.atOnce(), stop);
        } finally {
            copyingNow.unlock();
        }
    }

    /// Ends the round that is at work, even while the store keeps it waiting; from any thread. What is
    /// durable of it counts.
    void cutOff() {
        Layer layer = copying.underWay();
        if (layer != null) {
            layer.abort();
        }
    }

    /// What the round at work has taken in.
    Taken taken() {
        Layer layer = copying.underWay();
        return layer == null ? NOTHING : layer.taken();
    }

    /// The longest waiting first, so that none starves where the budget gives less than all of them ask for.
    private List<Evacuee> due(List<Evacuee> running, Set<WorkloadId> awaited) {
        Duration now = ahead.gauge().elapsed();
        return running.stream()
                .filter(evacuee -> fillings.isWhole(evacuee.workload().id()))
                .filter(evacuee -> isDue(
                        evacuee.workload().id(),
                        awaited.contains(evacuee.workload().id()),
                        now))
                .sorted(Comparator.comparing(evacuee -> {
                    Attempt last = attempts.get(evacuee.workload().id());
                    return last == null ? Duration.ZERO : last.began();
                }))
                .toList();
    }

    private boolean isDue(WorkloadId workload, boolean awaited, Duration now) {
        Duration every = awaited ? Duration.ZERO : ahead.tempo().every(workload);
        Attempt last = attempts.get(workload);
        if (every == null || last == null) {
            return every != null;
        }
        Duration pause = last.whole() || (every.compareTo(RETRY) < 0 && !awaited) ? every : RETRY;
        return now.minus(last.began()).compareTo(pause) >= 0;
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

    private Copied round(Evacuee evacuee, Supplier<Chain> onto, Ahead within, CountDownLatch stop)
            throws InterruptedException {
        WorkloadId workload = evacuee.workload().id();
        Duration began = ahead.gauge().elapsed();
        try {
            Chain chain = onto.get();
            Round.Result result = copying.copy(evacuee, chain, within, stop);
            Duration before = result.whole() ? whole(workload, chain, began) : null;
            if (result.whole()) {
                attempts.put(workload, new Attempt(began, true));
            }
            Duration age = before == null ? null : began.minus(before);
            return new Copied(evacuee.workload(), result, age, since(began), result.trouble());
        } catch (StoreFailed e) {
            attempts.put(workload, new Attempt(began, false));
            return new Copied(evacuee.workload(), new Round.Result(NOTHING, false), null, since(began), e.detail());
        }
    }

    private Duration since(Duration began) {
        return ahead.gauge().elapsed().minus(began);
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

    /// The chain that a save builds on: there is no time to begin anew.
    private Chain current(WorkloadId workload) {
        return chain(workload).orElseGet(() -> chainFor(workload));
    }

    /// @return when the round before it on the same chain began; null for a chain's first
    private synchronized @Nullable Duration whole(WorkloadId workload, Chain onto, Duration began) {
        Chained chained = chains.get(workload);
        if (chained == null) {
            return null;
        }
        boolean anew = onto.equals(chained.next);
        Duration before = anew ? null : chained.began;
        chained.began = began;
        chained.rounds++;
        if (anew) {
            chained.current.close();
            chained.current = onto;
            chained.next = null;
            chained.rounds = 1;
        }
        return before;
    }

    private void forgetOthers(List<Evacuee> running) {
        Set<WorkloadId> here =
                running.stream().map(evacuee -> evacuee.workload().id()).collect(Collectors.toSet());
        Set<WorkloadId> gone;
        synchronized (this) {
            gone = chains.keySet().stream().filter(id -> !here.contains(id)).collect(Collectors.toSet());
        }
        gone.forEach(this::forget);
        attempts.keySet().retainAll(here);
    }
}
