package dev.lifeboat.edge.demo.victim;

import dev.lifeboat.quantity.ByteCount;

/// What a victim of one thread must come to: computed in a memory that was never saved.
public final class TickSum {
    private TickSum() {}

    /// @param seed as it was given to the victim
    public static long of(ByteCount memory, long seed, long steps) {
        var region = new Region((int) (memory.bytes() / Region.PAGE_BYTES), Mix.of(seed, 0));
        for (long left = steps; left > 0; left -= Integer.MAX_VALUE) {
            region.churn((int) Math.min(left, Integer.MAX_VALUE));
        }
        return Mix.of(0, region.snapshot().sum());
    }
}
