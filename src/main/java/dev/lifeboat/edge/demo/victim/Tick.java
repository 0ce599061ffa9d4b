package dev.lifeboat.edge.demo.victim;

import java.util.HexFormat;

/// One line of the victim's file; `chain` folds in every tick before it, so that no line can be lost or changed.
///
/// @param number counts from 1 without a gap
/// @param epochMillis the victim's wall clock
/// @param passes full self-checks of all memory so far
/// @param steps pages rewritten so far
/// @param sum checksum over all memory
public record Tick(long number, long epochMillis, long passes, long steps, long sum, long chain) {
    /// What a victim's file begins from.
    static final Tick NONE = new Tick(0, 0, 0, 0, 0, 0);

    Tick then(long nowMillis, long nextPasses, long nextSteps, long nextSum) {
        long folded = Mix.of(Mix.of(chain ^ number + 1, nowMillis), Mix.of(nextPasses, nextSteps) ^ nextSum);
        return new Tick(number + 1, nowMillis, nextPasses, nextSteps, nextSum, folded);
    }

    /// Whether this is what follows `previous`, to the bit.
    boolean follows(Tick previous) {
        return equals(previous.then(epochMillis, passes, steps, sum));
    }

    String line() {
        HexFormat hex = HexFormat.of();
        return "tick " + number + " at " + epochMillis + " passes " + passes + " steps " + steps + " sum "
                + hex.toHexDigits(sum) + " chain " + hex.toHexDigits(chain);
    }

    /// @throws IllegalArgumentException when the line is not a whole tick
    static Tick parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 12 || !words[0].equals("tick")) {
            throw new IllegalArgumentException("not a tick: " + line);
        }
        return new Tick(
                Long.parseLong(words[1]),
                Long.parseLong(words[3]),
                Long.parseLong(words[5]),
                Long.parseLong(words[7]),
                Long.parseUnsignedLong(words[9], 16),
                Long.parseUnsignedLong(words[11], 16));
    }
}
