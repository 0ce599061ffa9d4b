package dev.lifeboat.plan;

import java.util.List;

/// Something that wants a node's link to itself for a while: a workload, or a group that is saved all or none.
///
/// @param value gained when it is done in time; more than 0
/// @param deadlineMillis counted from now; for a group the earliest of its members
/// @param lengthsMillis how long it takes, one for each way of doing it, the preferred way first; never empty
public record LinkJob(double value, long deadlineMillis, List<Long> lengthsMillis) {
    /// What a less preferred way costs against the one before it, as a share of the value: enough to break ties
    /// in favour of the ladder's order, too little to give up another workload for it.
    private static final double PREFERENCE = 1e-6;

    public LinkJob {
        if (!(value > 0) || lengthsMillis.isEmpty() || lengthsMillis.stream().anyMatch(length -> length < 0)) {
            throw new IllegalArgumentException("not a job: value " + value + ", lengths " + lengthsMillis);
        }
        lengthsMillis = List.copyOf(lengthsMillis);
    }

    double worth(int way) {
        return value * (1 - way * PREFERENCE);
    }

    long shortest() {
        long least = lengthsMillis.getFirst();
        for (long length : lengthsMillis) {
            least = Math.min(least, length);
        }
        return least;
    }

    /// Value per millisecond of link at best.
    double density() {
        return value / Math.max(1, shortest());
    }
}
