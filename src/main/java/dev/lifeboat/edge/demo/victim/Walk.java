package dev.lifeboat.edge.demo.victim;

import java.math.BigInteger;

/// A scattered order over `pages` pages that visits each once and can be asked backwards: place ↦ stride·place + start.
///
/// @param inverse the stride's inverse modulo `pages`
record Walk(int pages, long stride, long start, long inverse) {
    static Walk over(int pages, long seed) {
        BigInteger modulus = BigInteger.valueOf(pages);
        // Near the golden section, neighbours in time are far apart in memory.
        BigInteger stride = BigInteger.valueOf(Math.max(1, Math.round(pages * 0.618)));
        while (!stride.gcd(modulus).equals(BigInteger.ONE)) {
            stride = stride.add(BigInteger.ONE);
        }
        long start = Math.floorMod(Mix.next(seed), (long) pages);
        return new Walk(
                pages, stride.longValue(), start, stride.modInverse(modulus).longValue());
    }

    int pageAt(int place) {
        return (int) ((stride * place + start) % pages);
    }

    int placeOf(int page) {
        return (int) (Math.floorMod(page - start, (long) pages) * inverse % pages);
    }
}
