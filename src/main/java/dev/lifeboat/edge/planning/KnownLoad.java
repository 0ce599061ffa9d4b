package dev.lifeboat.edge.planning;

import dev.lifeboat.plan.Pace;
import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;
import java.util.SortedMap;

/// The load of a workload as a snapshot tells it: straight lines between its knots. Before the first it is the first's,
/// and beyond the last it grows with time, for nothing is dirtied faster than that.
///
/// @param knots at least one
record KnownLoad(SortedMap<Duration, Pace.Load> knots) implements Pace.LoadCurve {
    @Override
    public Pace.Load after(Duration interval) {
        Pace.Load known = knots.get(interval);
        SortedMap<Duration, Pace.Load> before = knots.headMap(interval);
        SortedMap<Duration, Pace.Load> beyond = knots.tailMap(interval);
        if (known != null) {
            return known;
        }
        if (before.isEmpty()) {
            return beyond.firstEntry().getValue();
        }
        Duration left = before.lastKey();
        Pace.Load load = before.lastEntry().getValue();
        if (beyond.isEmpty()) {
            return between(new Pace.Load(ByteCount.ZERO, Duration.ZERO), load, ratio(interval, left));
        }
        double share = ratio(interval.minus(left), beyond.firstKey().minus(left));
        return between(load, beyond.firstEntry().getValue(), share);
    }

    private static double ratio(Duration part, Duration whole) {
        return (double) part.toMillis() / whole.toMillis();
    }

    private static Pace.Load between(Pace.Load from, Pace.Load to, double share) {
        double wire =
                from.wire().bytes() + share * (to.wire().bytes() - from.wire().bytes());
        double millis = from.transfer().toMillis()
                + share * (to.transfer().toMillis() - from.transfer().toMillis());
        return new Pace.Load(new ByteCount((long) wire), Duration.ofMillis((long) Math.ceil(millis)));
    }
}
