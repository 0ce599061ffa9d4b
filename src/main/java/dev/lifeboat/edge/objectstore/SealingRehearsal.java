package dev.lifeboat.edge.objectstore;

import java.nio.ByteBuffer;

/// Seals and opens small chunks for nobody, until the JVM has compiled AES-GCM. An agent saves and restores perhaps
/// once in its life, and is often as young as its node: without it the first 276 MB that a JVM opens take 2.8 s of
/// a core, with it 0.1 s, at a price of one second when the agent starts (25.0.3, docs/adr/0187).
final class SealingRehearsal {
    /// What is compiled is counted by calls, and a short call counts as much as a long one.
    private static final int CHUNK_BYTES = 4096;

    private static final int CHUNKS = 5_000;

    private final Sealing sealing = new Sealing(new byte[Sealing.KEY_BYTES], "rehearsal");
    private final byte[] plain = new byte[CHUNK_BYTES];
    private final byte[] sealed = new byte[CHUNK_BYTES + Sealing.TAG_BYTES];

    private SealingRehearsal() {}

    /// @return chunks that were opened and had what was sealed
    static int run() {
        var rehearsal = new SealingRehearsal();
        int whole = 0;
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            whole += rehearsal.isWhole(chunk) ? 1 : 0;
        }
        return whole;
    }

    private boolean isWhole(int chunk) {
        byte first = (byte) chunk;
        plain[0] = first;
        sealing.seal(Sealing.FIRST_DATA, chunk, ByteBuffer.wrap(plain), ByteBuffer.wrap(sealed));
        plain[0] = (byte) ~first;
        sealing.open(Sealing.FIRST_DATA, chunk, "rehearsal", ByteBuffer.wrap(sealed), ByteBuffer.wrap(plain));
        return plain[0] == first;
    }
}
