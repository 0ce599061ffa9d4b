package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PageHashTest {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);
    private static final BigInteger TWO_TO_128 = BigInteger.ONE.shiftLeft(128);

    /// Draws what a test tells it to: the hash's key.
    private static final class Known extends SecureRandom {
        private static final long serialVersionUID = 1;
        private final Random source = new Random(7);

        @Override
        public long nextLong() {
            return source.nextLong();
        }
    }

    @Test
    void isTheTextbooksFormulaInLargeNumbers() {
        var page = noise(3);
        var keys = new Random(7);
        var key = new BigInteger[PageHash.PAGE / Long.BYTES + 2];
        for (int i = 0; i < key.length; i++) {
            key[i] = drawn(keys);
        }
        BigInteger first = folded(sum(page, key, 0), keys);
        BigInteger second = folded(sum(page, key, 2), keys);

        var digest = new PageHash(new Known()).of(page, 0);

        assertThat(digest).isEqualTo(new PageHash.Digest(first.longValue(), second.longValue()));
    }

    @Test
    void pagesThatDifferInOneBitHaveDifferentDigests() {
        var hash = new PageHash(new SecureRandom());
        var page = noise(1);
        var seen = new HashSet<PageHash.Digest>();
        seen.add(hash.of(page, 0));
        for (int bit = 0; bit < PageHash.PAGE * 8; bit++) {
            byte before = page.get(bit / 8);
            page.put(bit / 8, (byte) (before ^ 1 << bit % 8));
            assertThat(seen.add(hash.of(page, 0))).as("bit %d", bit).isTrue();
            page.put(bit / 8, before);
        }
    }

    @Test
    void theTableFindsWhatItHoldsAndForgetsNothingWhenItIsFull() {
        var table = new DigestTable(new dev.lifeboat.quantity.ByteCount(1 << 20));
        var random = new Random(5);
        var digests = random.longs(200_000)
                .mapToObj(first -> new PageHash.Digest(first, ~first))
                .toList();
        for (int i = 0; i < digests.size(); i++) {
            table.put(digests.get(i), i);
        }

        assertThat(table.memory().bytes()).isLessThanOrEqualTo(1 << 20);
        assertThat(table.size()).isGreaterThan(10_000);
        for (int i = 0; i < digests.size(); i++) {
            assertThat(table.find(digests.get(i))).isEqualTo(i < table.size() ? i : DigestTable.NOWHERE);
        }
    }

    private static ByteBuffer noise(long seed) {
        byte[] bytes = new byte[PageHash.PAGE];
        new Random(seed).nextBytes(bytes);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static BigInteger drawn(Random keys) {
        return unsigned(keys.nextLong());
    }

    private static BigInteger unsigned(long word) {
        return new BigInteger(Long.toUnsignedString(word));
    }

    private static BigInteger sum(ByteBuffer page, BigInteger[] key, int shift) {
        var words = page.duplicate().order(ByteOrder.nativeOrder()).asLongBuffer();
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < words.limit(); i += 2) {
            var left = unsigned(words.get(i)).add(key[i + shift]).mod(TWO_TO_64);
            var right = unsigned(words.get(i + 1)).add(key[i + 1 + shift]).mod(TWO_TO_64);
            sum = sum.add(left.multiply(right)).mod(TWO_TO_128);
        }
        return sum;
    }

    private static BigInteger folded(BigInteger sum, Random keys) {
        BigInteger a = wide(keys);
        BigInteger b = wide(keys);
        BigInteger c = wide(keys);
        return a.multiply(sum.shiftRight(64))
                .add(b.multiply(sum.mod(TWO_TO_64)))
                .add(c)
                .mod(TWO_TO_128)
                .shiftRight(64);
    }

    private static BigInteger wide(Random keys) {
        return drawn(keys).shiftLeft(64).add(drawn(keys));
    }
}
