package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.quantity.ByteCount;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Pages by their content, for [MemoryCheckpoints].
final class MemoryChain implements CheckpointStore.Chain {
    final Set<ByteBuffer> pages = new HashSet<>();
    int drafts;

    /// Content by owner and address, as the newest settled layer had it.
    Map<MemoryObject, Map<Long, ByteBuffer>> newest = Map.of();

    boolean gone;

    @Override
    public CheckpointStore.Layer layer() {
        return new MemoryLayer(this, Map.of());
    }

    @Override
    public CheckpointStore.Layer layerByAddress() {
        return new MemoryLayer(this, newest);
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

    /// @throws IllegalStateException when one of the pages is not there
    static ByteBuffer inherited(Map<MemoryObject, Map<Long, ByteBuffer>> parent, Extent extent) {
        var content = ByteBuffer.allocate((int) extent.length());
        for (long at = extent.startAddress(); content.hasRemaining(); at += Extent.PAGE_SIZE) {
            ByteBuffer page = parent.getOrDefault(extent.owner(), Map.of()).get(at);
            if (page == null) {
                throw new IllegalStateException("the parent does not have " + extent);
            }
            content.put(page.duplicate());
        }
        return content.flip();
    }

    static final ByteBuffer ZERO = ByteBuffer.allocate(Extent.PAGE_SIZE);

    private static final class MemoryLayer implements CheckpointStore.Layer, PageSink {
        private final MemoryChain chain;
        private final Map<MemoryObject, Map<Long, ByteBuffer>> parent;
        private final Map<MemoryObject, Map<Long, ByteBuffer>> own = new HashMap<>();
        private ByteBuffer reserved = ByteBuffer.allocate(0);
        private CheckpointStore.Taken taken =
                new CheckpointStore.Taken(ByteCount.ZERO, ByteCount.ZERO, ByteCount.ZERO, Duration.ZERO);

        MemoryLayer(MemoryChain chain, Map<MemoryObject, Map<Long, ByteBuffer>> parent) {
            this.chain = chain;
            this.parent = parent;
        }

        @Override
        public PageSink pages() {
            return this;
        }

        @Override
        public boolean hasParent(MemoryObject owner) {
            return parent.containsKey(owner);
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
            put(extent, reserved);
        }

        private void put(Extent extent, ByteBuffer content) {
            var pages = own.computeIfAbsent(extent.owner(), _ -> new HashMap<>());
            long at = extent.startAddress();
            for (ByteBuffer page : MemoryChain.pagesOf(content).toList()) {
                pages.put(at, page);
                at += Extent.PAGE_SIZE;
            }
        }

        @Override
        public void inherit(Extent extent) {
            put(extent, MemoryChain.inherited(parent, extent));
            taken = new CheckpointStore.Taken(
                    taken.pages().plus(new ByteCount(extent.length())), taken.fresh(), taken.stored(), taken.sending());
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
        public void settle() {
            chain.newest = own;
        }

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }
}
