package dev.lifeboat.edge.demo.victim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/// Off-heap memory that one thread keeps changing and keeps checking.
///
/// A seeded walk visits every page once per round, in a scattered order. How many steps it has taken says
/// exactly which generation every page must hold, so that a lost, torn, swapped or *stale* page is seen, not
/// only a damaged one. Every page carries its number, its generation, content derived from both, and a
/// checksum; `sum` is the running checksum of all pages, and each full pass over the memory must come to it
/// again.
///
/// Not thread-safe: a region has one owner.
final class Region {
    static final int PAGE_BYTES = 4096;
    private static final int WORDS = PAGE_BYTES / Long.BYTES;
    private static final int CHECKSUM_AT = WORDS - 1;
    /// A direct buffer is indexed by int.
    static final int MAX_PAGES = (1 << 30) / PAGE_BYTES;

    private final long seed;
    private final int pages;
    private final Walk walk;
    private final LongBuffer words;
    private long steps;
    private long sum;
    private long passes;
    private int cursor;
    private long passSum;

    Region(int pages, long seed) {
        if (pages < 2 || pages > MAX_PAGES) {
            throw new IllegalArgumentException("a region has 2 to " + MAX_PAGES + " pages, not " + pages);
        }
        this.seed = seed;
        this.pages = pages;
        this.walk = Walk.over(pages, seed);
        this.words = ByteBuffer.allocateDirect((pages + 1) * PAGE_BYTES)
                .alignedSlice(PAGE_BYTES)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
        for (int page = 0; page < pages; page++) {
            write(page, 0);
            sum ^= checksumOf(page);
        }
    }

    /// Where the region stands; two regions with the same seed, size and steps have the same sum.
    Snapshot snapshot() {
        return new Snapshot(steps, passes, sum);
    }

    /// Rewrites the next `count` pages of the walk.
    void churn(int count) {
        for (int i = 0; i < count; i++) {
            int page = walk.pageAt((int) (steps % pages));
            long before = checksumOf(page);
            write(page, steps / pages + 1);
            long change = before ^ checksumOf(page);
            sum ^= change;
            if (page < cursor) {
                passSum ^= change;
            }
            steps++;
        }
    }

    /// Checks the next `count` pages, wrapping around.
    ///
    /// @throws BrokenMemory naming the first page that is not what it must be
    void verify(int count) {
        for (int i = 0; i < count; i++) {
            verifyPage(cursor);
            passSum ^= checksumOf(cursor);
            cursor++;
            if (cursor == pages) {
                finishPass();
            }
        }
    }

    int pages() {
        return pages;
    }

    /// The memory itself, for tests that damage it.
    LongBuffer words() {
        return words;
    }

    private void finishPass() {
        if (passSum != sum) {
            throw new BrokenMemory("the pages come to %016x, the running checksum is %016x".formatted(passSum, sum));
        }
        passes++;
        cursor = 0;
        passSum = 0;
    }

    private void verifyPage(int page) {
        int at = page * WORDS;
        long expected = steps / pages + (walk.placeOf(page) < steps % pages ? 1 : 0);
        if (words.get(at) != page) {
            throw new BrokenMemory("page %d holds page %d".formatted(page, words.get(at)));
        }
        if (words.get(at + 1) != expected) {
            throw new BrokenMemory("page %d has generation %d, not %d".formatted(page, words.get(at + 1), expected));
        }
        if (fold(at) != words.get(at + CHECKSUM_AT)) {
            throw new BrokenMemory("page %d of generation %d is torn".formatted(page, expected));
        }
    }

    private void write(int page, long generation) {
        int at = page * WORDS;
        words.put(at, page);
        words.put(at + 1, generation);
        long state = Mix.of(seed + page, generation);
        for (int i = 2; i < CHECKSUM_AT; i++) {
            state = Mix.next(state);
            // Three words of four are small numbers, so that the memory compresses about as a heap does.
            words.put(at + i, (i & 3) == 0 ? state : state & 0xffff);
        }
        words.put(at + CHECKSUM_AT, fold(at));
    }

    private long checksumOf(int page) {
        return words.get(page * WORDS + CHECKSUM_AT);
    }

    private long fold(int at) {
        long folded = seed;
        for (int i = 0; i < CHECKSUM_AT; i++) {
            folded = Long.rotateLeft(folded ^ words.get(at + i), 23) * Mix.MULTIPLIER;
        }
        return folded;
    }

    /// @param steps pages written since the first fill
    /// @param passes full checks of all pages
    /// @param sum checksum over all pages
    record Snapshot(long steps, long passes, long sum) {}
}
