package dev.lifeboat.edge.demo.victim;

/// SplitMix64's finalizer (Steele, Lea, Flood 2014): cheap, and every input bit reaches every output bit.
final class Mix {
    static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    private Mix() {}

    static long next(long state) {
        long mixed = state + MULTIPLIER;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    static long of(long first, long second) {
        return next(next(first) ^ second);
    }
}
