package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.StoreFailed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Chunks by number, verified and decoded, with read-ahead: neighbours in an object come in one ranged read.
final class ChunkReader implements AutoCloseable {
    /// One ranged read; big enough that a request's overhead is lost in it.
    private static final int BATCH_BYTES = 4 << 20;

    /// Batches on their way or kept: bounds the memory to about eight times 4 MiB, times the compression ratio.
    private static final int BATCHES_KEPT = 8;

    private static final int BATCHES_AHEAD = 4;

    private final ObjectStore store;
    private final String prefix;
    private final Sealing sealing;
    private final Index index;
    private final List<Batch> batches = new ArrayList<>();
    private final int[] batchOf;
    private final Map<Integer, Future<Map<Integer, ByteBuffer>>> kept = new LinkedHashMap<>();
    private final ExecutorService readers;

    /// Chunks that lie one behind the other in one object.
    ///
    /// @param chunks indexes into [Index#chunks]
    private record Batch(int object, long offset, int length, List<Integer> chunks) {}

    ChunkReader(ObjectStore store, String prefix, Sealing sealing, Index index) {
        this.store = store;
        this.prefix = prefix;
        this.sealing = sealing;
        this.index = index;
        this.batchOf = new int[index.chunks().size()];
        this.readers = Executors.newFixedThreadPool(
                Math.min(BATCHES_AHEAD, Runtime.getRuntime().availableProcessors() + 1),
                Thread.ofPlatform().daemon().name("restore-", 0).factory());
        plan();
    }

    private void plan() {
        for (int i = 0; i < batchOf.length; i++) {
            Index.Chunk chunk = index.chunks().get(i);
            Batch last = batches.isEmpty() ? null : batches.getLast();
            if (last != null
                    && last.object == chunk.object()
                    && last.offset + last.length == chunk.offset()
                    && last.length + chunk.sealed() <= BATCH_BYTES) {
                last.chunks.add(i);
                batches.set(
                        batches.size() - 1,
                        new Batch(last.object, last.offset, last.length + chunk.sealed(), last.chunks));
            } else {
                batches.add(new Batch(chunk.object(), chunk.offset(), chunk.sealed(), new ArrayList<>(List.of(i))));
            }
            batchOf[i] = batches.size() - 1;
        }
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
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new StoreFailed(StoreFailed.Kind.REFUSED, "cannot read chunk " + number, e);
        }
    }

    private synchronized Future<Map<Integer, ByteBuffer>> batch(int number) {
        var wanted = kept.remove(number);
        if (wanted == null) {
            wanted = readers.submit(() -> load(batches.get(number)));
        }
        for (int ahead = number + 1; ahead <= number + BATCHES_AHEAD && ahead < batches.size(); ahead++) {
            if (!kept.containsKey(ahead)) {
                Batch next = batches.get(ahead);
                kept.put(ahead, readers.submit(() -> load(next)));
            }
        }
        kept.put(number, wanted);
        var oldest = kept.keySet().iterator();
        while (kept.size() > BATCHES_KEPT) {
            oldest.next();
            oldest.remove();
        }
        return wanted;
    }

    private Map<Integer, ByteBuffer> load(Batch batch) {
        ByteBuffer sealed = ByteBuffer.allocateDirect(batch.length);
        store.read(prefix + index.objects().get(batch.object), batch.offset, sealed);
        sealed.flip();
        var decoded = new LinkedHashMap<Integer, ByteBuffer>();
        for (int number : batch.chunks) {
            Index.Chunk chunk = index.chunks().get(number);
            int at = Math.toIntExact(chunk.offset() - batch.offset);
            decoded.put(number, decode(chunk, sealed.slice(at, chunk.sealed())));
        }
        return decoded;
    }

    private ByteBuffer decode(Index.Chunk chunk, ByteBuffer sealed) {
        String name = prefix + index.objects().get(chunk.object());
        ByteBuffer packed = Scratch.direct(sealed.remaining());
        sealing.open(Sealing.FIRST_DATA + chunk.object(), chunk.number(), name, sealed, packed);
        ByteBuffer plain = ByteBuffer.allocateDirect(chunk.plain());
        Compression.decompress(chunk.codec(), packed.flip(), plain, name + ", chunk " + chunk.number());
        return plain.clear();
    }

    @Override
    public void close() {
        readers.shutdownNow();
    }
}
