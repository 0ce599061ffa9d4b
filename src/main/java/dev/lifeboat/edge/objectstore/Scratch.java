package dev.lifeboat.edge.objectstore;

import java.nio.ByteBuffer;

/// A direct buffer for each worker, for the time of one call.
final class Scratch {
    private static final ThreadLocal<ByteBuffer> MINE = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(0));

    private Scratch() {}

    static ByteBuffer direct(int size) {
        ByteBuffer mine = MINE.get();
        if (mine.capacity() < size) {
            mine = ByteBuffer.allocateDirect(size);
            MINE.set(mine);
        }
        return mine.clear();
    }
}
