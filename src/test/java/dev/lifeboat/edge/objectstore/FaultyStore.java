package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.quantity.ByteCount;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/// A real store whose writes can be refused or held up; reads always work.
public final class FaultyStore extends Relay {
    private static final ByteCount MEMORY = ByteCount.ofMebi(128);

    private final CountDownLatch healed = new CountDownLatch(1);
    private volatile Fault fault = Fault.NONE;

    private enum Fault {
        NONE,
        REFUSES,
        STALLS
    }

    private FaultyStore(ObjectStore real) {
        super(real);
    }

    public static FaultyStore over(StoreLocation location) {
        return new FaultyStore(StoredCheckpoints.open(location));
    }

    public StoredCheckpoints checkpoints(KeyWrap keys) {
        return new StoredCheckpoints(this, keys, new StoredCheckpoints.Settings(Codec.ZSTD, MEMORY, 2));
    }

    public void refuseWrites() {
        fault = Fault.REFUSES;
    }

    /// Every write waits, deaf to interrupts, for [#heal].
    public void stallWrites() {
        fault = Fault.STALLS;
    }

    /// Lets what waits go on.
    public void heal() {
        fault = Fault.NONE;
        healed.countDown();
    }

    private void beforeWriting() {
        switch (fault) {
            case NONE -> {}
            case REFUSES -> throw new StoreFailed(StoreFailed.Kind.REFUSED, "bucket full");
            case STALLS -> awaitHealing();
        }
    }

    private void awaitHealing() {
        boolean interrupted = false;
        while (healed.getCount() > 0) {
            try {
                healed.await();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
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
            beforeWriting();
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
