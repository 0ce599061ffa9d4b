package dev.lifeboat.estimate;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Workload;
import java.time.Duration;
import java.time.Instant;

/// One measured fact that an estimator learns from. Folding the same observations in the same order rebuilds the same
/// estimator, so a journal of these is all that needs to be kept.
public sealed interface Observation {
    /// When it was measured, by the clock of whoever measured.
    Instant at();

    /// Pages found dirty a while after the dirty bits were last cleared. Nested samples of one window (0.2, 0.6, 1.4,
    /// 3 s after a reset, none of them clearing) each are one observation.
    ///
    /// @param age time since the reset; positive
    /// @param dirty distinct bytes written since then
    record Dirtied(Instant at, Workload workload, Duration age, ByteCount dirty) implements Observation {}

    /// Bytes that left the node towards the store, best per 250 ms while anything is being sent.
    ///
    /// @param wire bytes after compression
    /// @param elapsed positive
    record Sent(Instant at, NodeName node, ByteCount wire, Duration elapsed) implements Observation {}

    /// What compression made of dumped pages: of the dirty ones, not of the full image, once there is a chain.
    ///
    /// @param raw at least 1 byte
    record Packed(Instant at, Workload workload, ByteCount raw, ByteCount wire) implements Observation {}

    /// Time of one stage that is not transfer: scanning, freezing, committing (CRIU `stats-dump`: freezing_time,
    /// frozen_time less memwrite_time, plus our commit).
    ///
    /// @param pages scanned, not written
    record Overhead(Instant at, Stage stage, long pages, int tasks, Duration spent) implements Observation {}

    /// A save came to its end; `predicted` is the point that was drawn when it was ordered.
    record Saved(Instant at, Point predicted, Duration durable, Duration frozen) implements Observation {}

    /// A save was cut off, by its deadline or by a fault: it would have taken longer than any bound that we can vouch
    /// for, so it counts as endless. Leaving such outcomes out would make every quantile optimistic.
    record CutOff(Instant at, Point predicted) implements Observation {}
}
