package dev.lifeboat.edge.objectstore;

import dev.lifeboat.quantity.ByteCount;

/// Where pages lie, by their digests, in bounded memory: open addressing, 32 to 64 bytes a page. When it is full it
/// learns no more, and what it does not know is simply stored again. One thread at a time.
final class DigestTable {
    static final long NOWHERE = -1;

    private static final int WORDS_A_SLOT = 3;
    private static final int FEWEST_SLOTS = 1 << 10;

    private final int mostSlots;
    private long[] words;
    private int slots;
    private int used;

    /// @param budget for all of it, also while it grows
    DigestTable(ByteCount budget) {
        // Growing holds the old and the new one, which is twice as big.
        long most = budget.bytes() / (WORDS_A_SLOT * Long.BYTES) * 2 / 3;
        this.mostSlots = Integer.highestOneBit(Math.clamp(most, FEWEST_SLOTS, 1 << 29));
        this.slots = FEWEST_SLOTS;
        this.words = new long[slots * WORDS_A_SLOT];
    }

    /// @return [#NOWHERE] or what was put
    long find(PageHash.Digest digest) {
        int at = slotOf(digest.first(), digest.second());
        return words[at + 2] - 1;
    }

    /// @param location at least 0; what is known already stays where it was
    void put(PageHash.Digest digest, long location) {
        if (used >= slots / 4 * 3 && !grow()) {
            return;
        }
        insert(digest.first(), digest.second(), location + 1);
    }

    private void insert(long first, long second, long stored) {
        int at = slotOf(first, second);
        if (words[at + 2] == 0) {
            words[at] = first;
            words[at + 1] = second;
            words[at + 2] = stored;
            used++;
        }
    }

    /// The digest's slot, or the free one that it would take. Digests are uniform: their own bits spread them.
    private int slotOf(long first, long second) {
        int slot = (int) first & (slots - 1);
        while (true) {
            int at = slot * WORDS_A_SLOT;
            if (words[at + 2] == 0 || (words[at] == first && words[at + 1] == second)) {
                return at;
            }
            slot = (slot + 1) & (slots - 1);
        }
    }

    private boolean grow() {
        if (slots >= mostSlots) {
            return false;
        }
        long[] old = words;
        slots *= 2;
        used = 0;
        words = new long[slots * WORDS_A_SLOT];
        for (int at = 0; at < old.length; at += WORDS_A_SLOT) {
            if (old[at + 2] != 0) {
                insert(old[at], old[at + 1], old[at + 2]);
            }
        }
        return true;
    }

    int size() {
        return used;
    }

    ByteCount memory() {
        return new ByteCount((long) words.length * Long.BYTES);
    }
}
