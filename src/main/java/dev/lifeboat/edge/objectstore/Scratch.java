package dev.lifeboat.edge.objectstore;

import java.nio.ByteBuffer;

/// A direct buffer and an array for each worker, for the time of one call.
final class Scratch {
    private static final ThreadLocal<ByteBuffer> MINE = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(0));

    private static final ThreadLocal<byte[]> ARRAY = ThreadLocal.withInitial(() -> new byte[0]);

    private Scratch() {}

    static byte[] heap(int size) {
        byte[] mine = ARRAY.get();
        if (mine.length < size) {
            mine = new byte[size];
            ARRAY.set(mine);
        }
        return mine;
    }

    static ByteBuffer direct(int size) {
        ByteBuffer mine = MINE.get();
        if (mine.capacity() < size) {
            mine = ByteBuffer.allocateDirect(size);
            MINE.set(mine);
        }
        return mine.clear();
    }
}
