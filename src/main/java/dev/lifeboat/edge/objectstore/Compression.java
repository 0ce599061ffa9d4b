package dev.lifeboat.edge.objectstore;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.checkpoint.Codec;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/// Squeezes direct buffers.
final class Compression {
    /// The level that keeps up with a store; higher ones lengthen the freeze for little.
    private static final int ZSTD_LEVEL = 1;

    private static final LZ4Factory LZ4 = LZ4Factory.fastestInstance();

    private Compression() {}

    /// Room that the result may need.
    static int bound(Codec codec, int length) {
        return switch (codec) {
            case NONE -> length;
            case LZ4 -> LZ4.fastCompressor().maxCompressedLength(length);
            case GZIP -> Gzip.bound(length);
            case ZSTD -> Math.toIntExact(Zstd.compressBound(length));
        };
    }

    /// @return bytes put at the start of `scratch`; `plain` is left as it was
    static int compress(Codec codec, ByteBuffer plain, ByteBuffer scratch) {
        int from = plain.position();
        int length = plain.remaining();
        return switch (codec) {
            case NONE -> {
                scratch.put(0, plain, from, length);
                yield length;
            }
            case LZ4 -> LZ4.fastCompressor().compress(plain, from, length, scratch, 0, scratch.capacity());
            case GZIP -> Gzip.compress(plain, scratch);
            case ZSTD ->
                Math.toIntExact(
                        Zstd.compressDirectByteBuffer(scratch, 0, scratch.capacity(), plain, from, length, ZSTD_LEVEL));
        };
    }

    /// Fills `target` exactly, and leaves it at its start.
    ///
    /// @param zstd of this thread
    /// @param packed with an array
    /// @param target direct
    /// @param name for the message
    static void decompress(Codec codec, ZstdDecompressCtx zstd, ByteBuffer packed, ByteBuffer target, String name) {
        int length = target.remaining();
        try {
            int got = switch (codec) {
                case NONE -> copy(packed, target);
                case LZ4 ->
                    LZ4.safeDecompressor().decompress(packed, packed.position(), packed.remaining(), target, 0, length);
                case GZIP -> Gzip.decompress(packed, target);
                case ZSTD ->
                    zstd.decompressByteArrayToDirectByteBuffer(
                            target,
                            0,
                            length,
                            packed.array(),
                            packed.arrayOffset() + packed.position(),
                            packed.remaining());
            };
            if (got != length) {
                throw new CorruptCheckpoint(name + ": " + got + " bytes instead of " + length);
            }
        } catch (LZ4Exception | ZstdException | DataFormatException | IndexOutOfBoundsException e) {
            throw new CorruptCheckpoint(name + ": " + e.getMessage());
        }
    }

    private static int copy(ByteBuffer packed, ByteBuffer target) {
        int length = packed.remaining();
        target.put(0, packed, packed.position(), length);
        return length;
    }
}
