package dev.lifeboat.estimate;

import java.util.function.DoubleUnaryOperator;

/// The pre-copy recursion with everything known: stage i carries xᵢ in tᵢ = ρ·xᵢ/B + o, xᵢ₊₁ = min(F, D(tᵢ))
/// is what was dirtied meanwhile, and the last stage carries S besides (Clark et al., NSDI 2005, with a measured
/// curve in place of a constant rate).
///
/// @param footprint F, bytes
/// @param pending x₀, bytes
/// @param never S, bytes that no round carries ahead: the last stage carries them in any case
/// @param rounds pre-dump rounds before the final dump
/// @param dirty D: seconds to bytes
/// @param ratio ρ, wire bytes per raw byte
/// @param rate B, wire bytes per second
/// @param preDumpOverhead o of a round, seconds
/// @param finalOverhead o of the final dump, seconds
record PreCopy(
        double footprint,
        double pending,
        double never,
        int rounds,
        DoubleUnaryOperator dirty,
        double ratio,
        double rate,
        double preDumpOverhead,
        double finalOverhead) {

    /// @param durable seconds until all is in the store
    /// @param frozen seconds of the final stage
    record Times(double durable, double frozen) {}

    Times play() {
        double carried = pending;
        double total = 0;
        for (int i = 0; i < rounds; i++) {
            double stage = ratio * carried / rate + preDumpOverhead;
            total += stage;
            carried = Math.min(footprint, dirty.applyAsDouble(stage));
        }
        double last = rounds == 0 ? carried : Math.min(footprint, carried + never);
        double frozen = ratio * last / rate + finalOverhead;
        return new Times(Math.max(total + frozen, LEAST), Math.max(frozen, LEAST));
    }

    PreCopy withRate(double other) {
        return new PreCopy(footprint, pending, never, rounds, dirty, ratio, other, preDumpOverhead, finalOverhead);
    }

    PreCopy withRatio(double other) {
        return new PreCopy(footprint, pending, never, rounds, dirty, other, rate, preDumpOverhead, finalOverhead);
    }

    PreCopy withDirty(DoubleUnaryOperator other) {
        return new PreCopy(footprint, pending, never, rounds, other, ratio, rate, preDumpOverhead, finalOverhead);
    }

    PreCopy withOverheads(double preDump, double finalDump) {
        return new PreCopy(footprint, pending, never, rounds, dirty, ratio, rate, preDump, finalDump);
    }

    /// Even an empty save takes a millisecond; keeps logarithms finite.
    private static final double LEAST = 1e-3;
}
