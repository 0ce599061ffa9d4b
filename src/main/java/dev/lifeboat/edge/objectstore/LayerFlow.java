package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.PageFlow;
import dev.lifeboat.agent.PageMemory;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Decodes every chunk once, in the store's order, into memory from which its pages are taken; who wants a page of a
/// chunk that nobody has begun with fetches that one chunk himself, at once. A chunk's memory is given back
/// when as many of its pages were taken as it has.
final class LayerFlow implements PageFlow {
    private static final int PAGE = Extent.PAGE_SIZE;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private enum State {
        /// Nobody has had it.
        AWAY,
        COMING,
        HERE,
        /// Taken, all of it.
        GONE
    }

    private final LayerReader pages;
    private final SealedChunks chunks;
    private final List<SealedChunks.Batch> batches;

    /// So many of the batches are wanted first.
    private final int first;

    private final PageMemory memory;

    /// Where each chunk lies in the memory, and at the end how much there is.
    private final long[] places;

    /// Pages that runs find in each chunk.
    private final int[] pagesOf;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Under the lock.
    private final State[] states;
    private final int[] toTake;
    private int nextBatch;
    private @Nullable RuntimeException end;
    private boolean all;
    private boolean closed;

    /// Who may be using the memory: the workers, and whoever takes.
    private int users;

    private final List<Thread> workers = new ArrayList<>();

    /// The taker's own.
    private @Nullable Hands taking;

    /// @param streams workers, with a request each
    /// @param first pages that come before all others
    record Terms(int streams, List<Extent> first, PageMemory.Machine machine) {
        Terms {
            first = List.copyOf(first);
        }
    }

    private LayerFlow(LayerReader pages, SealedChunks chunks, int[] pagesOf, BitSet first, PageMemory.Machine machine)
            throws IOException {
        this.pages = pages;
        this.chunks = chunks;
        this.pagesOf = pagesOf;
        this.toTake = pagesOf.clone();
        this.states = new State[chunks.count()];
        Arrays.fill(states, State.AWAY);
        this.places = new long[chunks.count() + 1];
        for (int chunk = 0; chunk < chunks.count(); chunk++) {
            long taken = pagesOf[chunk] == 0 ? 0 : (chunks.plain(chunk) + PAGE - 1L) / PAGE * PAGE;
            places[chunk + 1] = places[chunk] + taken;
        }
        this.batches = new ArrayList<>(chunks.batches(first::get, 0));
        this.first = batches.size();
        batches.addAll(chunks.batches(chunk -> pagesOf[chunk] > 0 && !first.get(chunk), Pouring.GAP_BYTES));
        this.memory = machine.memory(new ByteCount(Math.max(PAGE, places[chunks.count()])));
    }

    static LayerFlow begin(LayerReader pages, SealedChunks chunks, Index index, Terms terms)
            throws IOException, InterruptedException {
        int[] pagesOf = new int[chunks.count()];
        for (Index.Run run : index.runs()) {
            if (run.chunk() != Index.Run.ZERO) {
                pagesOf[run.chunk()] += Math.toIntExact(run.extent().pages());
            }
        }
        var first = new BitSet(chunks.count());
        for (Extent extent : terms.first) {
            pages.walk(extent, (run, _, _) -> {
                if (run.chunk() != Index.Run.ZERO) {
                    first.set(run.chunk());
                }
                return true;
            });
        }
        var flow = new LayerFlow(pages, chunks, pagesOf, first, terms.machine);
        flow.start(Math.min(terms.streams, flow.batches.size()));
        return flow;
    }

    private void start(int count) {
        users = count;
        for (int worker = 0; worker < count; worker++) {
            workers.add(Thread.ofPlatform().daemon().name("flow-", worker).unstarted(this::work));
        }
        workers.forEach(Thread::start);
    }

    /// What one thread needs to bring chunks.
    private final class Hands implements AutoCloseable {
        private final Decoder decoder = new Decoder();

        /// @param mine of its chunks, claimed
        void bring(SealedChunks.Batch batch, List<Integer> mine) {
            int done = 0;
            try {
                ByteBuffer content = Scratch.direct(batch.length());
                chunks.read(batch, content);
                for (int chunk : mine) {
                    chunks.open(batch, content, chunk, decoder, memory.at(places[chunk], chunks.plain(chunk)));
                    become(State.HERE, List.of(chunk));
                    done++;
                }
            } finally {
                become(State.AWAY, mine.subList(done, mine.size()));
            }
        }

        @Override
        public void close() {
            decoder.close();
        }
    }

    private void work() {
        try (var hands = new Hands()) {
            for (SealedChunks.Batch batch = next(); batch != null; batch = next()) {
                bringWhateverHappens(batch, hands);
            }
        } catch (RuntimeException | Error broken) {
            end(broken instanceof RuntimeException known ? known : new IllegalStateException(broken));
        } finally {
            leave();
        }
    }

    private SealedChunks.@Nullable Batch next() {
        lock.lock();
        try {
            while (end == null && !all && nextBatch == first) {
                changed.awaitUninterruptibly();
            }
            return end == null && nextBatch < batches.size() ? batches.get(nextBatch++) : null;
        } finally {
            lock.unlock();
        }
    }

    private void bringWhateverHappens(SealedChunks.Batch batch, Hands hands) {
        Duration pause = FIRST_PAUSE;
        while (true) {
            List<Integer> mine = claimNew(batch.chunks());
            if (mine.isEmpty()) {
                return;
            }
            try {
                hands.bring(batch, mine);
                return;
            } catch (StoreFailed away) {
                rest(pause);
                pause = pause.plus(pause).compareTo(LONGEST_PAUSE) < 0 ? pause.plus(pause) : LONGEST_PAUSE;
            }
        }
    }

    private List<Integer> claimNew(List<Integer> wanted) {
        lock.lock();
        try {
            if (end != null) {
                return List.of();
            }
            List<Integer> mine =
                    wanted.stream().filter(chunk -> states[chunk] == State.AWAY).toList();
            mine.forEach(chunk -> states[chunk] = State.COMING);
            return mine;
        } finally {
            lock.unlock();
        }
    }

    private void become(State state, List<Integer> all) {
        lock.lock();
        try {
            all.forEach(chunk -> states[chunk] = state);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void rest(Duration pause) {
        lock.lock();
        try {
            long left = pause.toNanos();
            while (end == null && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long take(Extent extent, ByteBuffer target) throws InterruptedException {
        enter();
        try {
            int from = target.position();
            pages.walk(extent, (run, offset, length) -> {
                boolean isFirst = target.position() == from;
                if (run.chunk() == Index.Run.ZERO) {
                    LayerReader.putZeros(length, target);
                } else if (isFirst || isHere(run.chunk())) {
                    await(run.chunk());
                    target.put(memory.at(places[run.chunk()] + offset, length));
                    taken(run.chunk(), length / PAGE);
                } else {
                    return false;
                }
                return true;
            });
            return (long) (target.position() - from) / PAGE;
        } finally {
            leave();
        }
    }

    @Override
    public void bringAll() {
        lock.lock();
        try {
            all = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isHere(int chunk) {
        lock.lock();
        try {
            return states[chunk] == State.HERE;
        } finally {
            lock.unlock();
        }
    }

    private void await(int chunk) throws InterruptedException {
        while (!hereOrClaimed(chunk)) {
            Hands hands = taking;
            if (hands == null) {
                hands = new Hands();
                taking = hands;
            }
            hands.bring(chunks.alone(chunk), List.of(chunk));
        }
    }

    /// @return false when it is the caller's to fetch
    private boolean hereOrClaimed(int chunk) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                goOn();
                switch (states[chunk]) {
                    case HERE -> {
                        return true;
                    }
                    case COMING -> changed.await();
                    case AWAY, GONE -> {
                        states[chunk] = State.COMING;
                        return false;
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void taken(int chunk, int count) {
        lock.lock();
        try {
            toTake[chunk] -= count;
            if (toTake[chunk] > 0) {
                return;
            }
            toTake[chunk] = pagesOf[chunk];
            states[chunk] = State.GONE;
        } finally {
            lock.unlock();
        }
        memory.giveBack(places[chunk], places[chunk + 1] - places[chunk]);
    }

    private void enter() {
        lock.lock();
        try {
            goOn();
            users++;
        } finally {
            lock.unlock();
        }
    }

    private void goOn() {
        RuntimeException over = end;
        if (over != null) {
            throw over;
        }
    }

    private void leave() {
        lock.lock();
        try {
            users--;
            freeBehindTheLast();
        } finally {
            lock.unlock();
        }
    }

    /// With the lock.
    private void freeBehindTheLast() {
        if (!closed || users > 0) {
            return;
        }
        memory.close();
        Hands hands = taking;
        if (hands != null) {
            hands.close();
        }
    }

    private void end(RuntimeException why) {
        lock.lock();
        try {
            if (end == null) {
                end = why;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        end(new StoreFailed(StoreFailed.Kind.STALLED, "nobody waits for pages any more"));
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                workers.forEach(Thread::interrupt);
                freeBehindTheLast();
            }
        } finally {
            lock.unlock();
        }
    }
}
