package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.PageSink;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.quantity.ByteCount;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Phaser;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Pages and files on their way into chunks: the dumper's thread fills a chunk, workers squeeze and seal it.
///
/// Chunk buffers come from a pool with a budget; while it lasts the dumper never waits for compression or the store.
final class LayerWriter implements PageSink {
    /// What is compressed, sealed and verified as one.
    static final int CHUNK_BYTES = LONGEST_EXTENT;

    private final PartStream stream;
    private final BufferPool buffers;
    private final ExecutorService workers;
    private volatile Codec codec;
    private final Failure failure;
    private final @Nullable KnownPages known;
    private final @Nullable Placed parent;
    private final Phaser working = new Phaser(1);

    private final List<@Nullable Done> done = new ArrayList<>();
    private final List<FileBegun> files = new ArrayList<>();
    private @Nullable Filling filling;
    private final AtomicLong pages = new AtomicLong();
    private final AtomicLong fresh = new AtomicLong();

    /// What a writer works with.
    ///
    /// @param buffers for chunks
    record Tools(BufferPool buffers, ExecutorService workers, Codec codec) {}

    /// @param extents in the order in which they lie in the buffer
    private record Filling(int sequence, ByteBuffer buffer, List<Extent> extents) {}

    /// @param chunk index in the stream, or [Index.Run#ZERO] when nothing was left to store
    private record Done(int chunk, List<Sieve.Piece> pieces) {}

    private record FileBegun(String name, FileRights rights, long size, List<Integer> sequences) {}

    /// What is in the store already.
    ///
    /// @param known what need not be stored again, by content; null when there is nothing to build on
    /// @param parent what the dumper may leave out, by address; null when it must leave nothing out
    record Below(@Nullable KnownPages known, @Nullable Placed parent) {}

    LayerWriter(PartStream stream, Tools tools, Failure failure, Below base) {
        this.stream = stream;
        this.buffers = tools.buffers;
        this.workers = tools.workers;
        this.codec = tools.codec;
        this.failure = failure;
        this.known = base.known;
        this.parent = base.parent;
    }

    /// From the next chunk on.
    void pack(Codec other) {
        codec = other;
    }

    @Override
    public boolean hasParent(MemoryObject owner) {
        return parent != null && parent.knows(owner);
    }

    @Override
    public ByteBuffer reserve(Extent extent) throws InterruptedException {
        int length = Math.toIntExact(extent.length());
        Filling current = filling;
        if (current != null && current.buffer.capacity() - current.buffer.position() < length) {
            hand(current);
            current = null;
        }
        if (current == null) {
            current = begin();
        }
        return current.buffer.slice(current.buffer.position(), length);
    }

    @Override
    public void commit(Extent extent) {
        Filling current = filling;
        if (current == null) {
            throw new IllegalStateException("nothing was reserved for " + extent);
        }
        current.extents.add(extent);
        current.buffer.position(current.buffer.position() + Math.toIntExact(extent.length()));
        pages.lazySet(pages.get() + extent.length());
    }

    @Override
    public void inherit(Extent extent) {
        if (parent == null) {
            throw new IllegalStateException("no parent layer to inherit from: " + extent);
        }
        var inherited = new Done(Index.Run.ZERO, parent.find(extent));
        synchronized (done) {
            done.add(inherited);
        }
        pages.lazySet(pages.get() + extent.length());
    }

    /// Reads the file now, so that it may change afterwards.
    void add(String name, Path file) throws InterruptedException {
        flush();
        var sequences = new ArrayList<Integer>();
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            for (long left = size; left > 0; left -= Math.min(left, CHUNK_BYTES)) {
                Filling chunk = begin();
                sequences.add(chunk.sequence);
                fill(channel, chunk.buffer.limit((int) Math.min(left, CHUNK_BYTES)), name);
                hand(chunk);
            }
            files.add(new FileBegun(name, FileRights.of(file), size, sequences));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static void fill(FileChannel channel, ByteBuffer buffer, String name) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException(name + " shrank while it was read");
            }
        }
    }

    private Filling begin() throws InterruptedException {
        var begun = new Filling(done.size(), buffers.take(failure::get), new ArrayList<>());
        synchronized (done) {
            done.add(null);
        }
        filling = begun;
        return begun;
    }

    private void flush() {
        Filling current = filling;
        if (current != null) {
            hand(current);
        }
    }

    private void hand(Filling full) {
        filling = null;
        working.register();
        try {
            workers.execute(() -> work(full));
        } catch (RejectedExecutionException e) {
            working.arriveAndDeregister();
            throw e;
        }
    }

    private void work(Filling full) {
        try {
            failure.check();
            Done result = pack(full);
            synchronized (done) {
                done.set(full.sequence, result);
            }
        } catch (RuntimeException e) {
            failure.set(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            failure.set(new IllegalStateException("interrupted while packing"));
        } finally {
            buffers.give(full.buffer);
            working.arriveAndDeregister();
        }
    }

    private Done pack(Filling full) throws InterruptedException {
        ByteBuffer plain = full.buffer.flip();
        Sieve.Sifted sifted = Sieve.sift(plain, full.extents, known);
        if (!plain.hasRemaining()) {
            return new Done(Index.Run.ZERO, sifted.pieces());
        }
        int chunk = store(plain);
        if (known != null) {
            known.kept(chunk, sifted.kept());
        }
        return new Done(chunk, sifted.pieces());
    }

    private int store(ByteBuffer plain) throws InterruptedException {
        int length = plain.remaining();
        fresh.addAndGet(length);
        Codec with = codec;
        ByteBuffer scratch = Scratch.direct(Compression.bound(with, CHUNK_BYTES));
        int packed = Compression.compress(with, plain, scratch);
        boolean smaller = packed > 0 && packed < length;
        return smaller
                ? stream.put(with, scratch.slice(0, packed), length)
                : stream.put(Codec.NONE, plain.duplicate(), length);
    }

    /// Waits until everything is packed and durable.
    void finish() throws InterruptedException {
        awaitPacked();
        stream.finish();
    }

    /// Waits until everything is packed; the last of it is on its way then.
    void awaitPacked() throws InterruptedException {
        flush();
        int phase = working.arrive();
        if (phase >= 0) {
            working.awaitAdvanceInterruptibly(phase);
        }
        failure.check();
        stream.closeLast();
    }

    /// Stops waiting for the workers: each drops what it has and gives its buffer back.
    void fail() {
        working.forceTermination();
    }

    /// Gives back the buffer that was being filled; call it once the dump has ended.
    void cancel() {
        Filling current = filling;
        filling = null;
        if (current != null) {
            buffers.give(current.buffer);
        }
    }

    /// What lies where, or will: once all of it is packed.
    ///
    /// @param chain that the known pages lie in; null when there is none
    Index index(@Nullable StoredChain chain) {
        var assembly = new IndexAssembly(stream, chain);
        for (Done chunk : done) {
            if (chunk != null) {
                chunk.pieces.forEach(piece -> assembly.add(piece, chunk.chunk));
            }
        }
        for (FileBegun file : files) {
            assembly.add(new Index.StoredFile(
                    file.name,
                    file.rights,
                    file.size,
                    file.sequences.stream().map(this::chunkOf).toList()));
        }
        return assembly.index();
    }

    /// Where every page lies in the chain, once all of it is durable.
    ///
    /// @param places the chain's number for each of the stream's chunks
    Placed placed(Map<Integer, Integer> places) {
        var pieces = new ArrayList<Sieve.Piece>();
        for (Done each : done) {
            if (each != null) {
                each.pieces.forEach(piece -> pieces.add(inChain(piece, each.chunk, places)));
            }
        }
        return Placed.of(pieces);
    }

    private static Sieve.Piece inChain(Sieve.Piece piece, int chunk, Map<Integer, Integer> places) {
        if (piece.where() != Sieve.Piece.HERE) {
            return piece;
        }
        Integer place = places.get(chunk);
        if (place == null) {
            throw new IllegalStateException("chunk " + chunk + " is not durable");
        }
        return new Sieve.Piece(piece.extent(), KnownPages.location(place, piece.offset() / Extent.PAGE_SIZE), 0);
    }

    private int chunkOf(int sequence) {
        Done chunk = done.get(sequence);
        return chunk == null ? Index.Run.ZERO : chunk.chunk;
    }

    /// Bytes that had to be stored, before compression.
    ByteCount fresh() {
        return new ByteCount(fresh.get());
    }

    ByteCount pages() {
        return new ByteCount(pages.get());
    }
}
