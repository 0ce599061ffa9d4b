package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.StoreFailed;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntPredicate;

/// Chunks by number, verified and decoded, with read-ahead: neighbours in an object come in one ranged read.
final class ChunkReader implements AutoCloseable {
    /// Decoded bytes on their way or kept. A chain's pages come from several layers in turn, and from each by rising
    /// address, so that a batch of every layer should stay.
    private static final long KEPT_BYTES = 128L << 20;

    private static final int BATCHES_AHEAD = 4;

    private final SealedChunks sealed;
    private final List<SealedChunks.Batch> batches;
    private final int[] batchOf;
    private final Map<Integer, Future<Map<Integer, ByteBuffer>>> kept = new LinkedHashMap<>();
    private final ExecutorService readers;
    private long keptBytes;

    /// @param wanted the chunks that will be asked for; no other is read
    ChunkReader(SealedChunks sealed, IntPredicate wanted) {
        this.sealed = sealed;
        this.batches = sealed.batches(wanted, 0);
        this.batchOf = new int[sealed.count()];
        for (int number = 0; number < batches.size(); number++) {
            for (int chunk : batches.get(number).chunks()) {
                batchOf[chunk] = number;
            }
        }
        this.readers = Executors.newFixedThreadPool(
                Math.min(BATCHES_AHEAD, Runtime.getRuntime().availableProcessors() + 1),
                Thread.ofPlatform().daemon().name("restore-", 0).factory());
    }

    /// The decoded chunk; whoever gets it only reads it.
    ///
    /// @throws dev.lifeboat.agent.CorruptCheckpoint naming object and chunk
    ByteBuffer chunk(int number) throws InterruptedException {
        Future<Map<Integer, ByteBuffer>> batch = batch(batchOf[number]);
        try {
            ByteBuffer chunk = batch.get().get(number);
            if (chunk == null) {
                throw new IllegalStateException("chunk " + number + " is not in its batch");
            }
            return chunk.duplicate();
        } catch (ExecutionException e) {
            forget(batchOf[number], batch);
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new StoreFailed(StoreFailed.Kind.REFUSED, "cannot read chunk " + number, e);
        }
    }

    private synchronized Future<Map<Integer, ByteBuffer>> batch(int number) {
        var wanted = kept.remove(number);
        if (wanted == null) {
            wanted = fetch(number);
        }
        for (int ahead = number + 1; ahead <= number + BATCHES_AHEAD && ahead < batches.size(); ahead++) {
            if (!kept.containsKey(ahead)) {
                kept.put(ahead, fetch(ahead));
            }
        }
        kept.put(number, wanted);
        while (keptBytes > KEPT_BYTES && kept.size() > BATCHES_AHEAD + 1) {
            int oldest = kept.keySet().iterator().next();
            kept.remove(oldest);
            keptBytes -= batches.get(oldest).plain();
        }
        return wanted;
    }

    /// Whoever asks again shall not be told of the same failure.
    private synchronized void forget(int number, Future<Map<Integer, ByteBuffer>> failed) {
        if (kept.remove(number, failed)) {
            keptBytes -= batches.get(number).plain();
        }
    }

    private Future<Map<Integer, ByteBuffer>> fetch(int number) {
        keptBytes += batches.get(number).plain();
        return readers.submit(() -> load(batches.get(number)));
    }

    private Map<Integer, ByteBuffer> load(SealedChunks.Batch batch) {
        ByteBuffer content = ByteBuffer.allocateDirect(batch.length());
        sealed.read(batch, content);
        var decoded = new LinkedHashMap<Integer, ByteBuffer>();
        try (var decoder = new Decoder()) {
            for (int number : batch.chunks()) {
                ByteBuffer plain = ByteBuffer.allocateDirect(sealed.plain(number));
                sealed.open(batch, content, number, decoder, plain);
                decoded.put(number, plain);
            }
        }
        return decoded;
    }

    @Override
    public void close() {
        readers.shutdownNow();
    }
}
