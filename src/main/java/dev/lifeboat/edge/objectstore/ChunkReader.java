package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.StoreFailed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
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

    /// Decoded bytes on their way or kept. A chain's pages come from several layers in turn, and from each by rising
    /// address, so that a batch of every layer should stay.
    private static final long KEPT_BYTES = 128L << 20;

    private static final int BATCHES_AHEAD = 4;

    private final ObjectStore store;
    private final Index index;
    private final List<Source> sources;
    private final List<Batch> batches = new ArrayList<>();
    private final int[] batchOf;
    private final Map<Integer, Future<Map<Integer, ByteBuffer>>> kept = new LinkedHashMap<>();
    private final ExecutorService readers;
    private long keptBytes;

    /// One object: its whole key, and what its chunks are bound to.
    private record Source(String key, Sealing sealing, int number) {}

    /// Chunks that lie one behind the other in one object.
    ///
    /// @param chunks indexes into [Index#chunks]
    private record Batch(int object, long offset, int length, long plain, List<Integer> chunks) {
        Batch longer(Index.Chunk next) {
            return new Batch(object, offset, length + next.sealed(), plain + next.plain(), chunks);
        }
    }

    /// @param prefix of the checkpoint's own objects
    /// @param sealing of the checkpoint's own objects
    ChunkReader(ObjectStore store, String prefix, Sealing sealing, Index index) {
        this.store = store;
        this.index = index;
        List<Sealing> layers = index.layers().stream()
                .map(layer -> new Sealing(HexFormat.of().parseHex(layer.dataKey()), layer.context()))
                .toList();
        this.sources = index.objects().stream()
                .map(object -> object.layer() == Index.StoredObject.OWN
                        ? new Source(prefix + object.key(), sealing, object.number())
                        : new Source(
                                index.layers().get(object.layer()).prefix() + object.key(),
                                layers.get(object.layer()),
                                object.number()))
                .toList();
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
                batches.set(batches.size() - 1, last.longer(chunk));
            } else {
                batches.add(new Batch(
                        chunk.object(), chunk.offset(), chunk.sealed(), chunk.plain(), new ArrayList<>(List.of(i))));
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
            keptBytes -= batches.get(oldest).plain;
        }
        return wanted;
    }

    private Future<Map<Integer, ByteBuffer>> fetch(int number) {
        keptBytes += batches.get(number).plain;
        return readers.submit(() -> load(batches.get(number)));
    }

    private Map<Integer, ByteBuffer> load(Batch batch) {
        ByteBuffer sealed = ByteBuffer.allocateDirect(batch.length);
        store.read(sources.get(batch.object).key, batch.offset, sealed);
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
        Source source = sources.get(chunk.object());
        ByteBuffer packed = Scratch.direct(sealed.remaining());
        source.sealing.open(Sealing.FIRST_DATA + source.number, chunk.number(), source.key, sealed, packed);
        ByteBuffer plain = ByteBuffer.allocateDirect(chunk.plain());
        Compression.decompress(chunk.codec(), packed.flip(), plain, source.key + ", chunk " + chunk.number());
        return plain.clear();
    }

    @Override
    public void close() {
        readers.shutdownNow();
    }
}
