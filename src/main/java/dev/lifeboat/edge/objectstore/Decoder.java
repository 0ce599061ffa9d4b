package dev.lifeboat.edge.objectstore;

import com.github.luben.zstd.ZstdDecompressCtx;
import java.nio.ByteBuffer;

/// Opens and decompresses chunks, one at a time, with what one thread needs for it.
///
/// Unsealing goes through arrays: the JDK's AES-GCM runs at two to four times the speed on them that it has on direct
/// buffers, which it copies by a few KiB (25.0.3, chunks of 1 MiB).
final class Decoder implements AutoCloseable {
    private final byte[] sealed = new byte[LayerWriter.CHUNK_BYTES + Sealing.TAG_BYTES];
    private final byte[] packed = new byte[LayerWriter.CHUNK_BYTES];
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();

    /// What a chunk is bound to.
    ///
    /// @param object number of it
    /// @param name for messages
    record Place(Sealing sealing, int object, String name) {}

    /// @param plain direct, with just as much room as the chunk has content; afterwards at its start again
    /// @throws dev.lifeboat.agent.CorruptCheckpoint when a bit differs from what was sealed there
    void decode(Place place, Index.Chunk chunk, ByteBuffer content, ByteBuffer plain) {
        int length = content.remaining();
        content.get(content.position(), sealed, 0, length);
        var target = ByteBuffer.wrap(packed);
        place.sealing.open(place.object, chunk.number(), place.name, ByteBuffer.wrap(sealed, 0, length), target);
        String name = place.name + ", chunk " + chunk.number();
        Compression.decompress(chunk.codec(), zstd, target.flip(), plain, name);
    }

    @Override
    public void close() {
        zstd.close();
    }
}
