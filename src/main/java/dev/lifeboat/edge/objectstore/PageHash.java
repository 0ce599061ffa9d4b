package dev.lifeboat.edge.objectstore;

import dev.lifeboat.checkpoint.Extent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/// Names a page by its content: 128 bits under a secret key that is drawn anew for every chain and never leaves memory.
///
/// NH over 64-bit words, as VMAC and UMAC have it (RFC 4418 section 5.2; Black et al., CRYPTO '99), twice with
/// shifted keys, then each 128-bit sum folded to 64 bits by multiply-shift (Dietzfelbinger, STACS '96). Two different
/// pages that were chosen without knowing the key get one digest with a probability of at most 2⁻¹²⁶. Four times as
/// fast as SHA-256 with the processor's own instructions: docs/adr/0090-name-pages-by-a-keyed-universal-hash.md.
final class PageHash {
    static final int PAGE = Extent.PAGE_SIZE;
    private static final int WORDS = PAGE / Long.BYTES;

    /// The second sum uses the same key, two words further on.
    private static final int SHIFT = 2;

    private final long[] key = new long[WORDS + SHIFT];
    private final Fold first;
    private final Fold second;

    PageHash(SecureRandom random) {
        for (int i = 0; i < key.length; i++) {
            key[i] = random.nextLong();
        }
        first = Fold.drawn(random);
        second = Fold.drawn(random);
    }

    record Digest(long first, long second) {}

    /// @param at where the page begins in `chunk`
    Digest of(ByteBuffer chunk, int at) {
        ByteBuffer words = chunk.duplicate().order(ByteOrder.nativeOrder());
        long lowOne = 0;
        long highOne = 0;
        long lowTwo = 0;
        long highTwo = 0;
        for (int i = 0; i < WORDS; i += 2) {
            long even = words.getLong(at + i * Long.BYTES);
            long odd = words.getLong(at + i * Long.BYTES + Long.BYTES);
            long left = even + key[i];
            long right = odd + key[i + 1];
            long product = left * right;
            lowOne += product;
            highOne += Math.unsignedMultiplyHigh(left, right) + carry(lowOne, product);
            left = even + key[i + SHIFT];
            right = odd + key[i + SHIFT + 1];
            product = left * right;
            lowTwo += product;
            highTwo += Math.unsignedMultiplyHigh(left, right) + carry(lowTwo, product);
        }
        return new Digest(first.of(highOne, lowOne), second.of(highTwo, lowTwo));
    }

    private static long carry(long sum, long added) {
        return Long.compareUnsigned(sum, added) < 0 ? 1 : 0;
    }

    /// The upper half of a·high + b·low + c modulo 2¹²⁸.
    private record Fold(long aHigh, long aLow, long bHigh, long bLow, long cHigh, long cLow) {
        static Fold drawn(SecureRandom random) {
            return new Fold(
                    random.nextLong(),
                    random.nextLong(),
                    random.nextLong(),
                    random.nextLong(),
                    random.nextLong(),
                    random.nextLong());
        }

        long of(long high, long low) {
            long one = aLow * high;
            long two = bLow * low;
            long sum = one + two;
            long carries = carry(sum, one);
            sum += cLow;
            carries += carry(sum, cLow);
            return aHigh * high
                    + Math.unsignedMultiplyHigh(aLow, high)
                    + bHigh * low
                    + Math.unsignedMultiplyHigh(bLow, low)
                    + cHigh
                    + carries;
        }
    }
}
