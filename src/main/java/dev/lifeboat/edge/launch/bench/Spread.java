package dev.lifeboat.edge.launch.bench;

import java.util.Collection;
import java.util.List;

/// How long things took, in milliseconds, as whole samples: nothing is rounded into buckets.
///
/// @param count of samples; the others are 0 when there is none
record Spread(int count, double p50, double p95, double p99, double max) {
    static Spread of(Collection<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        return new Spread(sorted.size(), at(sorted, 0.50), at(sorted, 0.95), at(sorted, 0.99), at(sorted, 1.0));
    }

    /// The nearest rank.
    private static double at(List<Double> sorted, double quantile) {
        if (sorted.isEmpty()) {
            return 0;
        }
        int rank = (int) Math.ceil(quantile * sorted.size());
        return sorted.get(Math.max(1, rank) - 1);
    }
}
