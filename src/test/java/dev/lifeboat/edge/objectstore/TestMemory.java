package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.PageMemory;
import dev.lifeboat.quantity.ByteCount;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// What is given back is rubbish from then on, so that whoever still looks there finds it.
final class TestMemory implements PageMemory {
    private final ByteBuffer all;
    private final AtomicLong givenBack = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    TestMemory(ByteCount size) {
        this.all = ByteBuffer.allocateDirect(Math.toIntExact(size.bytes()));
    }

    @Override
    public ByteBuffer at(long offset, int length) {
        if (closed.get()) {
            throw new IllegalStateException("it is closed");
        }
        return all.slice(Math.toIntExact(offset), length);
    }

    @Override
    public void giveBack(long offset, long length) {
        ByteBuffer part = at(offset, Math.toIntExact(length));
        while (part.hasRemaining()) {
            part.put((byte) 0xDB);
        }
        givenBack.addAndGet(length);
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            throw new IllegalStateException("closed twice");
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    boolean isGivenBack() {
        return givenBack.get() == all.capacity();
    }
}
