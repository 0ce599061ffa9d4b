package dev.lifeboat.plan;

import dev.lifeboat.quantity.ByteRate;
import java.time.Duration;
import java.util.List;

/// How often the workloads of one node are copied ahead of any notice: as seldom as possible, but often enough
/// that what a notice finds still fits into its window. Tells before any notice what cannot fit.
///
/// @param window from the notice to the machine's end
/// @param reaction from the notice until the first page can be sent
/// @param commit kept back for the manifest
/// @param baseline that the node's network gives all day; what is above it is burst credit, and needed in the
///     emergency
/// @param meanTimeToReclaim of such a node
public record Pacing(
        Duration window, Duration reaction, Duration commit, ByteRate baseline, Duration meanTimeToReclaim) {
    /// Of the usable window: the rest is for a link that is slower on the day, since all nodes of a zone are
    /// reclaimed together.
    static final double WINDOW_SHARE = 0.6;

    /// Of the baseline, for all rounds together: the workloads themselves need the network too.
    static final double TRAFFIC_SHARE = 0.3;

    /// Time in which the residuals of all workloads must be durable, one after the other; never negative.
    public Duration allowed() {
        Duration usable = window.minus(reaction).minus(commit);
        return usable.isNegative() ? Duration.ZERO : Duration.ofMillis((long) (usable.toMillis() * WINDOW_SHARE));
    }

    public ByteRate budget() {
        return new ByteRate(baseline.bytesPerSecond() * TRAFFIC_SHARE);
    }

    /// One pace for each workload, in the order given. Pure. Intervals are longest to within the 9 % between two
    /// steps.
    public List<Pace> of(List<Pace.Runner> runners) {
        return new Pacer(this, runners).paces();
    }
}
