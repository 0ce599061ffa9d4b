package dev.lifeboat.edge.objectstore;

import java.io.InputStream;
import java.nio.ByteBuffer;

/// Reads a buffer as a stream, and can begin again: the SDK does so for a retry.
final class BufferStream extends InputStream {
    private final ByteBuffer content;
    private int marked;

    BufferStream(ByteBuffer content) {
        this.content = content;
        this.marked = content.position();
    }

    @Override
    public int read() {
        return content.hasRemaining() ? content.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        int count = Math.min(length, content.remaining());
        content.get(target, offset, count);
        return count == 0 ? -1 : count;
    }

    @Override
    public int available() {
        return content.remaining();
    }

    @Override
    public boolean markSupported() {
        return true;
    }

    @Override
    public void mark(int limit) {
        marked = content.position();
    }

    @Override
    public void reset() {
        content.position(marked);
    }
}
