package dev.lifeboat.estimate;

import dev.lifeboat.quantity.ByteCount;

/// What a save would have to carry a while after a background round, or why that is not known.
public sealed interface Remainder {
    /// @param p50 raw bytes
    /// @param p95 raw bytes, by the curve's own scatter; not calibrated
    /// @param wire expected, compressed
    record Known(ByteCount p50, ByteCount p95, ByteCount wire) implements Remainder {}

    record Unknown(Estimate.UnknownReason reason) implements Remainder {}
}
