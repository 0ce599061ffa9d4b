package dev.lifeboat.edge.objectstore;

import dev.lifeboat.checkpoint.Codec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Chunks on their way into multipart objects: workers seal them straight into the part that is open.
///
/// A part is sent once it is closed and every chunk in it is sealed; an object is completed once it has enough parts
/// and all of them are there, while the next object is being filled. An object of one part is put whole: that is one
/// request instead of three, and a small save has no other. The dumper and the packers wait for buffers alone, never
/// for the store: a failure frees them.
final class PartStream {
    /// Above S3's least of 5 MiB, and big enough that a request's overhead is lost in it.
    static final int PART_BYTES = 16 << 20;

    /// 128 MiB an object: completing one goes on beside filling the next, and a retry costs little.
    private static final int PARTS_PER_OBJECT = 8;

    private final ObjectStore store;
    private final String prefix;
    private final Sealing sealing;
    private final BufferPool buffers;
    private final ExecutorService uploads;
    private final Failure failure;

    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock roll = new ReentrantLock();
    private final List<OpenObject> objects = new ArrayList<>();
    private final List<Index.Chunk> chunks = new ArrayList<>();
    private final Phaser pending = new Phaser(1);
    private final Phaser underWay = new Phaser(1);
    private final AtomicLong stored = new AtomicLong();
    private final Sending sending = new Sending();
    private IntConsumer whenDurable = _ -> {};
    private @Nullable Part open;
    private boolean closed;

    PartStream(
            ObjectStore store,
            String prefix,
            Sealing sealing,
            BufferPool buffers,
            ExecutorService uploads,
            Failure failure) {
        this.store = store;
        this.prefix = prefix;
        this.sealing = sealing;
        this.buffers = buffers;
        this.uploads = uploads;
        this.failure = failure;
    }

    /// Tells the number of every object that has become readable, from any thread. Ask before the first chunk.
    void whenDurable(IntConsumer listener) {
        whenDurable = listener;
    }

    /// Seals one chunk into the stream; waits while the store is behind.
    ///
    /// @return its index in [#chunks]
    int put(Codec codec, ByteBuffer packed, int plain) throws InterruptedException {
        int sealed = packed.remaining() + Sealing.TAG_BYTES;
        Slot slot = slot(codec, sealed, plain);
        try {
            sealing.seal(Sealing.FIRST_DATA + slot.chunk.object(), slot.chunk.number(), packed, slot.target());
        } finally {
            slot.part.arrive();
        }
        return slot.index;
    }

    private record Slot(Part part, Index.Chunk chunk, int index, int at) {
        ByteBuffer target() {
            return part.buffer.slice(at, chunk.sealed());
        }
    }

    private Slot slot(Codec codec, int sealed, int plain) throws InterruptedException {
        // One thread at a time may wait for a buffer; the others wait for it here.
        roll.lockInterruptibly();
        try {
            Part part = open;
            if (part == null || part.buffer.capacity() - part.filled < sealed) {
                closePart();
                part = openPart();
            }
            return part.reserve(codec, sealed, plain);
        } finally {
            roll.unlock();
        }
    }

    private Part openPart() throws InterruptedException {
        ByteBuffer buffer = buffers.take(failure::get);
        OpenObject object = objects.isEmpty() ? null : objects.getLast();
        if (object == null || object.parts == PARTS_PER_OBJECT) {
            if (object != null) {
                object.arrive();
            }
            object = new OpenObject(objects.size());
            objects.add(object);
        }
        var part = new Part(object, ++object.parts, buffer);
        object.register();
        pending.register();
        underWay.register();
        open = part;
        return part;
    }

    private void closePart() {
        Part part = open;
        open = null;
        if (part != null) {
            part.object.offset += part.filled;
            part.arrive();
        }
    }

    /// Waits until everything is durable, what is left included.
    void finish() throws InterruptedException {
        closeLast();
        int phase = pending.arrive();
        if (phase >= 0) {
            pending.awaitAdvanceInterruptibly(phase);
        }
        failure.check();
    }

    /// Stops waiting for the store: what is under way ends by itself.
    void fail() {
        pending.forceTermination();
    }

    /// Sends what is left; nothing is put any more.
    void closeLast() {
        roll.lock();
        try {
            if (!closed && !objects.isEmpty()) {
                OpenObject last = objects.getLast();
                last.alone = open != null && open.number == 1;
                closePart();
                last.arrive();
            }
            closed = true;
        } finally {
            roll.unlock();
        }
    }

    /// Forgets what was sent; call it once nothing is put any more and the failure is set. Waits for requests that are
    /// under way.
    void abort() {
        closeLast();
        underWay.arriveAndAwaitAdvance();
        for (OpenObject object : objects) {
            object.forget();
        }
    }

    /// Its objects' keys within the prefix, by their numbers.
    List<String> objectKeys() {
        return objects.stream().map(object -> object.key).toList();
    }

    static String key(int object) {
        return String.format(Locale.ROOT, "data-%04d", object);
    }

    Index.Chunk chunk(int index) {
        lock.lock();
        try {
            return chunks.get(index);
        } finally {
            lock.unlock();
        }
    }

    List<Index.Chunk> chunks() {
        lock.lock();
        try {
            return List.copyOf(chunks);
        } finally {
            lock.unlock();
        }
    }

    long stored() {
        return stored.get();
    }

    /// Time in which at least one part was on its way: with what was stored, the throughput that the store has shown.
    Duration sending() {
        return sending.total();
    }

    private int record(Index.Chunk chunk) {
        lock.lock();
        try {
            chunks.add(chunk);
            return chunks.size() - 1;
        } finally {
            lock.unlock();
        }
    }

    /// Counts itself as one chunk until it is closed; goes out when the last chunk has arrived.
    private final class Part {
        private final OpenObject object;
        private final int number;
        private final long offset;
        private final ByteBuffer buffer;
        private int filled;
        private int unsealed = 1;

        Part(OpenObject object, int number, ByteBuffer buffer) {
            this.object = object;
            this.number = number;
            this.offset = object.offset;
            this.buffer = buffer;
        }

        Slot reserve(Codec codec, int sealed, int plain) {
            int at = filled;
            filled += sealed;
            lock.lock();
            try {
                unsealed++;
            } finally {
                lock.unlock();
            }
            var chunk = new Index.Chunk(object.number, object.chunks++, codec, object.offset + at, sealed, plain);
            return new Slot(this, chunk, record(chunk), at);
        }

        void arrive() {
            boolean whole;
            lock.lock();
            try {
                whole = --unsealed == 0;
            } finally {
                lock.unlock();
            }
            if (whole) {
                uploads.execute(this::send);
            }
        }

        private void send() {
            try {
                failure.check();
                object.send(this);
                stored.addAndGet(filled);
            } catch (RuntimeException e) {
                failure.set(e);
            } finally {
                buffers.give(buffer);
                object.arrive();
                pending.arriveAndDeregister();
                underWay.arriveAndDeregister();
            }
        }
    }

    /// Counts itself as one part until it is full; is completed when the last part has arrived.
    private final class OpenObject {
        private final int number;
        private final String key;
        private int parts;
        private int chunks;
        private long offset;
        private final AtomicInteger unsent = new AtomicInteger(1);
        private ObjectStore.@Nullable Upload upload;
        private boolean alone;
        private boolean complete;

        OpenObject(int number) {
            this.number = number;
            this.key = key(number);
            pending.register();
            underWay.register();
        }

        void send(Part part) {
            ByteBuffer content = part.buffer.slice(0, part.filled);
            ObjectStore.Upload parts = alone ? null : upload();
            sending.begin();
            try {
                if (parts == null) {
                    store.put(prefix + key, content);
                } else {
                    parts.part(part.number, part.offset, content);
                }
            } finally {
                sending.end();
            }
        }

        /// Asks the store, which may stall: only the uploads may wait here.
        private synchronized ObjectStore.Upload upload() {
            if (upload == null) {
                upload = store.upload(prefix + key);
            }
            return upload;
        }

        void register() {
            unsent.incrementAndGet();
        }

        void arrive() {
            if (unsent.decrementAndGet() == 0) {
                uploads.execute(this::close);
            }
        }

        private void close() {
            try {
                failure.check();
                if (!alone) {
                    upload().complete();
                }
                complete = true;
                whenDurable.accept(number);
            } catch (RuntimeException e) {
                failure.set(e);
            } finally {
                pending.arriveAndDeregister();
                underWay.arriveAndDeregister();
            }
        }

        synchronized void forget() {
            if (upload != null && !complete) {
                upload.abort();
            }
        }
    }
}
