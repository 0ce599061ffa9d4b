package dev.lifeboat.plan;

import java.util.ArrayList;
import java.util.List;

/// What one node saves by how much bandwidth it is given: only the bandwidths at which it saves more than with any
/// less, from nothing upwards.
record Appetite(List<Portion> portions) {
    /// Shares of the uplink that are tried: a node rarely holds more workloads that count.
    static final int SHARES = 16;

    /// @param bandwidth bytes per second
    record Portion(double bandwidth, double value) {}

    Appetite {
        portions = List.copyOf(portions);
    }

    static Appetite of(Fleet.Node node) {
        var portions = new ArrayList<Portion>();
        portions.add(new Portion(0, 0));
        for (int share = 1; share <= SHARES; share++) {
            double bandwidth = node.uplink().bytesPerSecond() * share / SHARES;
            double value = value(node, bandwidth);
            if (value > portions.getLast().value()) {
                portions.add(new Portion(bandwidth, value));
            }
        }
        return new Appetite(portions);
    }

    /// Of the best set of loads that meet their deadlines one after the other.
    static double value(Fleet.Node node, double bandwidth) {
        if (!(bandwidth > 0)) {
            return 0;
        }
        List<LinkJob> jobs = node.loads().stream()
                .map(load -> new LinkJob(load.value(), load.deadline().toMillis(), List.of(millis(load, bandwidth))))
                .toList();
        return Selection.best(jobs).value(jobs);
    }

    private static long millis(Fleet.Load load, double bandwidth) {
        double wire = Math.ceil(load.wire().bytes() / bandwidth * 1e3);
        return (long) Math.min(wire, NEVER) + Millis.ceiling(load.overhead());
    }

    /// About 30 years; sums of it still fit.
    private static final double NEVER = 1e12;
}
