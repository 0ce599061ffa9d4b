package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;

/// How often one workload is copied ahead of any notice, or why no rhythm would make its save fit, or why
/// neither is known.
public sealed interface Pace {
    WorkloadId workload();

    /// @param limit what keeps the interval from being longer
    /// @param load that a notice finds at the end of an interval
    record Every(WorkloadId workload, Duration interval, Limit limit, Load load) implements Pace {}

    /// It cannot be said yet.
    record Unknown(WorkloadId workload, Estimate.UnknownReason reason) implements Pace {}

    /// The numbers are of this workload together with all that were not left out for it.
    ///
    /// @param needed link time of the residuals, at p95
    /// @param allowed link time that they may take
    /// @param traffic that the rounds would send
    /// @param budget that they may send
    record CannotFit(
            WorkloadId workload, Reason reason, Duration needed, Duration allowed, ByteRate traffic, ByteRate budget)
            implements Pace {}

    /// Stable; shown to users.
    enum Limit {
        /// A longer one would leave more than fits into the window.
        WINDOW,
        /// A longer one would lose more work than a round costs (Young 1974, Daly 2006).
        YOUNG_DALY,
        /// Young and Daly ask for a shorter one, but the traffic budget has no more.
        TRAFFIC,
        /// The longest that is ever used.
        LONGEST
    }

    /// Stable; shown to users.
    enum Reason {
        /// Even with the shortest interval and the link to itself too much would be left.
        RESIDUAL_TOO_LARGE,
        /// It would fit alone, but not beside what is worth more on this node.
        WINDOW_SHARED,
        /// The rounds that it needs send more than the budget has left.
        TRAFFIC_TOO_HIGH
    }

    /// What has to be sent an interval after a round.
    ///
    /// @param wire expected, compressed
    /// @param transfer time until it is durable, at p95, the final dump's overhead included
    record Load(ByteCount wire, Duration transfer) {}

    /// The load by the length of the interval: compression ratio times dirty curve, as an estimator sees them.
    /// Neither part falls as the interval grows.
    @FunctionalInterface
    interface LoadCurve {
        Load after(Duration interval);
    }

    /// One workload whose rounds are to be paced.
    ///
    /// @param value of saving it, more than 0
    /// @param roundCost work time that one round costs the workload
    record Runner(WorkloadId workload, double value, LoadCurve curve, Duration roundCost) {
        public Runner {
            if (!(value > 0) || Double.isInfinite(value) || roundCost.isNegative()) {
                throw new IllegalArgumentException(workload + ": value " + value + " and round cost " + roundCost
                        + " must be finite, value above 0");
            }
        }
    }
}
