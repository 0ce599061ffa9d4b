package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.PageTarget;
import dev.lifeboat.agent.StoreFailed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// Many pages of a checkpoint at once: every chunk that has some is fetched, verified and decoded
/// exactly once, in the order of the store, and its pages go to all places where they belong. So a
/// chain of any length costs what a whole image does.
///
/// Each worker reads, decodes and hands over by itself: while some wait for the store, others have the cores.
final class Pouring {
    /// Chunks of a chain that nobody refers to any more lie between those that count.
    static final int GAP_BYTES = 256 << 10;

    private final SealedChunks chunks;
    private final Index index;
    private final Selection wanted;
    private final List<SealedChunks.Batch> batches;
    private final int largest;
    private final int streams;

    /// Numbers of the wanted runs, by chunk: those of chunk `c` from `firstOf[c]` to before
    /// `firstOf[c + 1]`.
    private final int[] runs;

    private final int[] firstOf;

    /// @param streams workers, with a request each and 7 MiB of buffers
    Pouring(SealedChunks chunks, Index index, Selection wanted, int streams) {
        this.wanted = wanted;
        this.streams = streams;
        this.chunks = chunks;
        this.index = index;
        this.firstOf = new int[chunks.count() + 1];
        for (Index.Run run : index.runs()) {
            if (isWanted(run)) {
                firstOf[run.chunk() + 1]++;
            }
        }
        for (int chunk = 0; chunk < chunks.count(); chunk++) {
            firstOf[chunk + 1] += firstOf[chunk];
        }
        this.runs = sorted();
        this.batches = chunks.batches(chunk -> firstOf[chunk + 1] > firstOf[chunk], GAP_BYTES);
        this.largest =
                batches.stream().mapToInt(SealedChunks.Batch::length).max().orElse(0);
    }

    private boolean isWanted(Index.Run run) {
        return run.chunk() != Index.Run.ZERO && wanted.touches(run.extent());
    }

    private int[] sorted() {
        int[] sorted = new int[firstOf[chunks.count()]];
        int[] next = firstOf.clone();
        for (int number = 0; number < index.runs().size(); number++) {
            Index.Run run = index.runs().get(number);
            if (isWanted(run)) {
                sorted[next[run.chunk()]++] = number;
            }
        }
        return sorted;
    }

    /// @throws dev.lifeboat.agent.CorruptCheckpoint naming object and chunk
    void into(PageTarget target) throws IOException, InterruptedException {
        together(next -> work(next, target));
    }

    /// Reads what [#into] would, in the same way, and does nothing with it: what the store alone can give.
    ///
    /// @return bytes read
    long skim() throws IOException, InterruptedException {
        together(next -> {
            ByteBuffer sealed = ByteBuffer.allocateDirect(largest);
            for (int number = next.getAndIncrement(); number < batches.size(); number = next.getAndIncrement()) {
                chunks.read(batches.get(number), sealed);
            }
        });
        return batches.stream().mapToLong(SealedChunks.Batch::length).sum();
    }

    /// Takes the next batch until there is none.
    @FunctionalInterface
    private interface Work {
        void run(AtomicInteger next) throws IOException;
    }

    private void together(Work work) throws IOException, InterruptedException {
        int count = Math.min(streams, batches.size());
        if (count == 0) {
            return;
        }
        var next = new AtomicInteger();
        // Closing waits for all of them: nobody hands anything over behind the caller's back.
        try (var workers = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().daemon().name("restore-", 0).factory())) {
            var working = new ArrayList<Future<?>>();
            for (int worker = 0; worker < count; worker++) {
                working.add(workers.submit(() -> {
                    work.run(next);
                    return null;
                }));
            }
            await(working, workers, next);
        }
    }

    private void await(List<Future<?>> working, ExecutorService workers, AtomicInteger next)
            throws IOException, InterruptedException {
        try {
            for (Future<?> each : working) {
                each.get();
            }
        } catch (InterruptedException stop) {
            next.set(batches.size());
            workers.shutdownNow();
            throw stop;
        } catch (ExecutionException failed) {
            throw cause(failed);
        }
    }

    /// The others stop before their next batch once one has failed.
    private void work(AtomicInteger next, PageTarget target) throws IOException {
        ByteBuffer sealed = ByteBuffer.allocateDirect(largest);
        ByteBuffer plain = ByteBuffer.allocateDirect(LayerWriter.CHUNK_BYTES);
        boolean whole = false;
        try (var decoder = new Decoder()) {
            for (int number = next.getAndIncrement(); number < batches.size(); number = next.getAndIncrement()) {
                SealedChunks.Batch batch = batches.get(number);
                chunks.read(batch, sealed);
                for (int chunk : batch.chunks()) {
                    chunks.open(batch, sealed, chunk, decoder, plain);
                    hand(chunk, plain, target);
                }
            }
            whole = true;
        } finally {
            if (!whole) {
                next.set(batches.size());
            }
        }
    }

    private void hand(int chunk, ByteBuffer plain, PageTarget target) throws IOException {
        for (int at = firstOf[chunk]; at < firstOf[chunk + 1]; at++) {
            Index.Run run = index.runs().get(runs[at]);
            wanted.within(run.extent(), (address, length) -> {
                int offset =
                        run.offset() + Math.toIntExact(address - run.extent().startAddress());
                target.put(run.extent().owner(), address, plain.slice(offset, Math.toIntExact(length)));
            });
        }
    }

    private static RuntimeException cause(ExecutionException failed) throws IOException {
        if (failed.getCause() instanceof IOException io) {
            throw io;
        }
        if (failed.getCause() instanceof RuntimeException cause) {
            return cause;
        }
        return new StoreFailed(StoreFailed.Kind.REFUSED, "cannot read the pages", failed);
    }
}
