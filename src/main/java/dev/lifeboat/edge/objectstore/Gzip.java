package dev.lifeboat.edge.objectstore;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// One gzip member a chunk (RFC 1952), without name, time or comment; as any gunzip reads it.
final class Gzip {
    /// Magic, deflate, no flags, no time, no hint, an unknown system.
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    /// CRC-32 and length of the content, little-endian.
    private static final int TRAILER_BYTES = 8;

    private Gzip() {}

    /// zlib's own bound (deflateBound of deflate.c) and the frame.
    static int bound(int length) {
        return length + (length >> 12) + (length >> 14) + (length >> 25) + 13 + HEADER.length + TRAILER_BYTES;
    }

    /// @param scratch with room for [#bound]
    /// @return bytes put at the start of `scratch`; `plain` is left as it was
    static int compress(ByteBuffer plain, ByteBuffer scratch) {
        ByteBuffer out = scratch.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
        out.put(HEADER);
        try (var deflater = new Deflater(Deflater.BEST_SPEED, true)) {
            deflater.setInput(plain.duplicate());
            deflater.finish();
            while (!deflater.finished()) {
                deflater.deflate(out);
            }
        }
        var sum = new CRC32();
        sum.update(plain.duplicate());
        out.putInt((int) sum.getValue()).putInt(plain.remaining());
        return out.position();
    }

    /// Fills `target` from its start, as far as there is content.
    ///
    /// @return bytes of content, or -1 when the member is no such one or its sum is another
    static int decompress(ByteBuffer packed, ByteBuffer target) throws DataFormatException {
        ByteBuffer in = packed.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (in.limit() < HEADER.length + TRAILER_BYTES
                || !in.slice(0, HEADER.length).equals(ByteBuffer.wrap(HEADER))) {
            return -1;
        }
        ByteBuffer out = target.duplicate();
        int from = out.position();
        try (var inflater = new Inflater(true)) {
            inflater.setInput(in.slice(HEADER.length, in.limit() - HEADER.length - TRAILER_BYTES));
            while (!inflater.finished() && inflater.inflate(out) > 0) {
                // Until the content ends, or the room.
            }
            if (!inflater.finished()) {
                return -1;
            }
        }
        int length = out.position() - from;
        var sum = new CRC32();
        sum.update(target.slice(from, length));
        boolean same = in.getInt(in.limit() - TRAILER_BYTES) == (int) sum.getValue()
                && in.getInt(in.limit() - Integer.BYTES) == length;
        return same ? length : -1;
    }
}
