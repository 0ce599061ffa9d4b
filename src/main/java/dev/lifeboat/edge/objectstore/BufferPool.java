package dev.lifeboat.edge.objectstore;

import dev.lifeboat.quantity.ByteCount;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Direct buffers of one size within a memory budget; whoever wants more waits. They are kept for the next save.
final class BufferPool {
    private final int size;
    private final int most;
    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();
    private int made;

    /// @param budget for all buffers; at least one is made
    BufferPool(int size, ByteCount budget) {
        this.size = size;
        this.most = Math.toIntExact(Math.max(1, budget.bytes() / size));
    }

    /// Makes and touches buffers for `expected` bytes, as far as the budget goes: a page fault now is none in the
    /// freeze.
    void prepare(ByteCount expected) {
        long wanted = Math.min(most, expected.bytes() / size + 1);
        while (true) {
            lock.lock();
            try {
                if (made >= wanted) {
                    return;
                }
                made++;
            } finally {
                lock.unlock();
            }
            give(make());
        }
    }

    private ByteBuffer make() {
        return ByteBuffer.allocateDirect(size);
    }

    /// @param given whether waiting has become pointless: asked before and while waiting
    /// @return an empty buffer
    ByteBuffer take(Supplier<@Nullable RuntimeException> given) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                RuntimeException failure = given.get();
                if (failure != null) {
                    throw failure;
                }
                ByteBuffer buffer = free.pollFirst();
                if (buffer != null) {
                    return buffer.clear();
                }
                if (made < most) {
                    made++;
                    return make();
                }
                returned.await();
            }
        } finally {
            lock.unlock();
        }
    }

    void give(ByteBuffer buffer) {
        lock.lock();
        try {
            free.addFirst(buffer);
            returned.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Lets everyone who waits ask again whether that is pointless.
    void wake() {
        lock.lock();
        try {
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    ByteCount made() {
        lock.lock();
        try {
            return new ByteCount((long) made * size);
        } finally {
            lock.unlock();
        }
    }
}
