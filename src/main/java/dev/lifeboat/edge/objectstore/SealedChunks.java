package dev.lifeboat.edge.objectstore;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Where the chunks of one index lie, and what opens them. May be used from any thread.
final class SealedChunks {
    /// One ranged read; big enough that a request's overhead is lost in it.
    static final int BATCH_BYTES = 4 << 20;

    private final ObjectStore store;
    private final Index index;
    private final List<Source> sources;

    /// One object: its whole key, and what its chunks are bound to.
    private record Source(String key, Sealing sealing, int number) {}

    /// Chunks of one object that come in one ranged read.
    ///
    /// @param chunks indexes into [Index#chunks]
    record Batch(int object, long offset, int length, long plain, List<Integer> chunks) {
        Batch {
            chunks = List.copyOf(chunks);
        }
    }

    /// @param prefix of the checkpoint's own objects
    /// @param sealing of the checkpoint's own objects
    SealedChunks(ObjectStore store, String prefix, Sealing sealing, Index index) {
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
    }

    int count() {
        return index.chunks().size();
    }

    /// Bytes of a chunk, decoded.
    int plain(int chunk) {
        return at(chunk).plain();
    }

    /// @param wanted whether a chunk is to be read
    /// @param gap bytes that may be read for nothing to spare a request
    /// @return batches by object and offset, whatever order the index has
    List<Batch> batches(IntPredicate wanted, int gap) {
        var batches = new ArrayList<Batch>();
        var open = new ArrayList<Integer>();
        for (int next : byPlace(wanted)) {
            if (!open.isEmpty() && !fits(open, next, gap)) {
                batches.add(batch(open));
                open.clear();
            }
            open.add(next);
        }
        if (!open.isEmpty()) {
            batches.add(batch(open));
        }
        return batches;
    }

    private List<Integer> byPlace(IntPredicate wanted) {
        return IntStream.range(0, count())
                .filter(wanted)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(chunk -> at(chunk).object())
                        .thenComparingLong(chunk -> at(chunk).offset()))
                .toList();
    }

    private boolean fits(List<Integer> open, int next, int gap) {
        Index.Chunk first = at(open.getFirst());
        Index.Chunk last = at(open.getLast());
        Index.Chunk more = at(next);
        long unused = more.offset() - last.offset() - last.sealed();
        return first.object() == more.object()
                && unused >= 0
                && unused <= gap
                && more.offset() + more.sealed() - first.offset() <= BATCH_BYTES;
    }

    /// One chunk and no other.
    Batch alone(int chunk) {
        return batch(List.of(chunk));
    }

    private Batch batch(List<Integer> chunks) {
        Index.Chunk first = at(chunks.getFirst());
        Index.Chunk last = at(chunks.getLast());
        long plain = chunks.stream().mapToLong(chunk -> at(chunk).plain()).sum();
        int length = Math.toIntExact(last.offset() + last.sealed() - first.offset());
        return new Batch(first.object(), first.offset(), length, plain, chunks);
    }

    private Index.Chunk at(int chunk) {
        return index.chunks().get(chunk);
    }

    /// Fetches a batch as it lies in the store.
    ///
    /// @param target has room for it
    void read(Batch batch, ByteBuffer target) {
        store.read(sources.get(batch.object).key, batch.offset, target.clear().limit(batch.length));
        target.flip();
    }

    /// Verifies and decodes one chunk of a batch that was read.
    ///
    /// @param plain direct, with room for [LayerWriter#CHUNK_BYTES]; afterwards from 0 to the chunk's end
    /// @throws dev.lifeboat.agent.CorruptCheckpoint naming object and chunk
    void open(Batch batch, ByteBuffer sealed, int number, Decoder decoder, ByteBuffer plain) {
        Index.Chunk chunk = at(number);
        Source source = sources.get(chunk.object());
        var content = sealed.slice(Math.toIntExact(chunk.offset() - batch.offset), chunk.sealed());
        var place = new Decoder.Place(source.sealing, Sealing.FIRST_DATA + source.number, source.key);
        decoder.decode(place, chunk, content, plain.clear().limit(chunk.plain()));
    }
}
