package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.quantity.ByteCount;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Pages by their content, for [MemoryCheckpoints].
final class MemoryChain implements CheckpointStore.Chain {
    final Set<ByteBuffer> pages = new HashSet<>();
    int drafts;
    boolean gone;

    @Override
    public CheckpointStore.Layer layer() {
        return new MemoryLayer(this);
    }

    @Override
    public ByteCount known() {
        return new ByteCount((long) pages.size() * Extent.PAGE_SIZE);
    }

    @Override
    public ByteCount memory() {
        return known();
    }

    @Override
    public void close() {
        gone = drafts == 0;
    }

    /// Bytes of it that the chain does not hold, without zero pages.
    long fresh(ByteBuffer content) {
        return pagesOf(content)
                .filter(page -> !page.equals(ZERO) && !pages.contains(page))
                .mapToLong(ByteBuffer::remaining)
                .sum();
    }

    static Stream<ByteBuffer> pagesOf(ByteBuffer content) {
        return IntStream.range(0, content.capacity() / Extent.PAGE_SIZE)
                .mapToObj(page -> content.slice(page * Extent.PAGE_SIZE, Extent.PAGE_SIZE));
    }

    static final ByteBuffer ZERO = ByteBuffer.allocate(Extent.PAGE_SIZE);

    private static final class MemoryLayer implements CheckpointStore.Layer, PageSink {
        private final MemoryChain chain;
        private ByteBuffer reserved = ByteBuffer.allocate(0);
        private CheckpointStore.Taken taken =
                new CheckpointStore.Taken(ByteCount.ZERO, ByteCount.ZERO, ByteCount.ZERO, Duration.ZERO);

        MemoryLayer(MemoryChain chain) {
            this.chain = chain;
        }

        @Override
        public PageSink pages() {
            return this;
        }

        @Override
        public boolean hasParent(MemoryObject owner) {
            return false;
        }

        @Override
        public ByteBuffer reserve(Extent extent) {
            reserved = ByteBuffer.allocate((int) extent.length());
            return reserved;
        }

        @Override
        public void commit(Extent extent) {
            var fresh = new ByteCount(chain.fresh(reserved));
            taken = new CheckpointStore.Taken(
                    taken.pages().plus(new ByteCount(extent.length())),
                    taken.fresh().plus(fresh),
                    taken.stored().plus(fresh),
                    Duration.ZERO);
            MemoryChain.pagesOf(reserved)
                    .filter(page -> !page.equals(MemoryChain.ZERO))
                    .forEach(chain.pages::add);
        }

        @Override
        public void inherit(Extent extent) {
            throw new IllegalStateException("there is no parent to inherit from: " + extent);
        }

        @Override
        public CheckpointStore.Taken finish() {
            return taken;
        }

        @Override
        public CheckpointStore.Taken taken() {
            return taken;
        }

        @Override
        public void close() {}
    }
}
