package dev.lifeboat.edge.objectstore;

import dev.lifeboat.checkpoint.Codec;
import java.nio.ByteBuffer;

/// Compresses and seals as every layer does, and stores nothing: for whoever wants to know what that alone costs.
public final class Packing {
    private final Sealing sealing = new Sealing(new byte[Sealing.KEY_BYTES], "a key that seals nothing of anybody's");
    private final Codec codec;
    private final ByteBuffer sealed;
    private long packed;

    /// @param chunkBytes the largest chunk to come
    public Packing(Codec codec, int chunkBytes) {
        this.codec = codec;
        this.sealed = ByteBuffer.allocateDirect(Compression.bound(codec, chunkBytes) + Sealing.TAG_BYTES);
    }

    /// @param chunk direct; left as it was
    /// @return its size when it is compressed and sealed
    public int pack(ByteBuffer chunk) {
        ByteBuffer scratch = Scratch.direct(Compression.bound(codec, chunk.remaining()));
        int length = Compression.compress(codec, chunk, scratch);
        sealing.seal(Sealing.FIRST_DATA, packed++, scratch.slice(0, length), sealed.clear());
        return sealed.position();
    }
}
