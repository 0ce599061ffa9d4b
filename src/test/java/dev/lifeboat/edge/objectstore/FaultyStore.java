package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// A real store whose writes can be refused or held up; reads always work.
public final class FaultyStore extends Relay {
    private static final ByteCount MEMORY = ByteCount.ofMebi(128);

    private final CountDownLatch healed = new CountDownLatch(1);
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile Fault fault = Fault.NONE;
    private volatile double bytesPerSecond = Double.POSITIVE_INFINITY;

    /// Held by the part that is on the link.
    private final ReentrantLock link = new ReentrantLock();

    private enum Fault {
        NONE,
        REFUSES,
        STALLS,
        HOLDS_PARTS
    }

    private FaultyStore(ObjectStore real) {
        super(real);
    }

    public static FaultyStore over(StoreLocation location) {
        return new FaultyStore(StoredCheckpoints.open(location));
    }

    public StoredCheckpoints checkpoints(KeyWrap keys) {
        return checkpoints(keys, MEMORY);
    }

    /// @param memory for pages that wait for compression
    public StoredCheckpoints checkpoints(KeyWrap keys, ByteCount memory) {
        return new StoredCheckpoints(this, keys, settings(memory));
    }

    private static StoredCheckpoints.Settings settings(ByteCount memory) {
        return new StoredCheckpoints.Settings(Codec.ZSTD, memory, 2);
    }

    public void refuseWrites() {
        fault = Fault.REFUSES;
    }

    /// Every write waits, deaf to interrupts, for [#heal].
    public void stallWrites() {
        fault = Fault.STALLS;
    }

    /// Takes parts and does not finish with one of them until [#heal], as a store does that is too slow.
    public void holdParts() {
        fault = Fault.HOLDS_PARTS;
    }

    /// Parts go one after the other over a link of that rate, also those that come later.
    public void slowTo(ByteRate rate) {
        bytesPerSecond = rate.bytesPerSecond();
    }

    private void overTheLink(int bytes) {
        link.lock();
        try {
            // Deaf to everything, as a socket's peer is.
            long end = System.nanoTime() + (long) (bytes / bytesPerSecond * 1e9);
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        } finally {
            link.unlock();
        }
    }

    /// Writes that wait for [#heal] now.
    public int waiting() {
        return waiting.get();
    }

    /// What the buffers of pages and parts may take together, given the memory for pages.
    public static ByteCount budget(ByteCount memory) {
        return memory.plus(settings(memory).parts());
    }

    /// Lets what waits go on.
    public void heal() {
        fault = Fault.NONE;
        healed.countDown();
    }

    private void beforeWriting() {
        switch (fault) {
            case NONE, HOLDS_PARTS -> {}
            case REFUSES -> throw new StoreFailed(StoreFailed.Kind.REFUSED, "bucket full");
            case STALLS -> awaitHealing();
        }
    }

    private void awaitHealing() {
        waiting.incrementAndGet();
        boolean interrupted = false;
        while (healed.getCount() > 0) {
            try {
                healed.await();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        waiting.decrementAndGet();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Upload upload(String key) {
        beforeWriting();
        return new FaultyUpload(super.upload(key));
    }

    private final class FaultyUpload implements Upload {
        private final Upload upload;

        FaultyUpload(Upload upload) {
            this.upload = upload;
        }

        @Override
        public void part(int number, long offset, ByteBuffer content) {
            beforePages(content);
            upload.part(number, offset, content);
        }

        @Override
        public void complete() {
            beforeWriting();
            upload.complete();
        }

        @Override
        public void abort() {
            upload.abort();
        }
    }

    private void beforePages(ByteBuffer content) {
        beforeWriting();
        if (fault == Fault.HOLDS_PARTS) {
            awaitHealing();
        }
        overTheLink(content.remaining());
    }

    @Override
    public void put(String key, ByteBuffer content) {
        beforePages(content);
        super.put(key, content);
    }

    @Override
    public void put(String key, byte[] content) {
        beforeWriting();
        super.put(key, content);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) {
        beforeWriting();
        return super.putIfAbsent(key, content);
    }
}
