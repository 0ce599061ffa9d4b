package dev.lifeboat.edge.forecast;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// Gives a baseline what it lacks, as an ablation: the plain split-conformal bound over its last 400 log
/// ratios, of the same class and shape once there are 99, else of all. Neither studentised nor adaptive.
final class SplitConformal {
    private static final int CAPACITY = 400;
    private static final int ENOUGH = 99;

    private final Map<String, Deque<Double>> rings = new HashMap<>();

    void learn(String key, double point, double actual) {
        for (String ring : new String[] {key, ""}) {
            Deque<Double> values = rings.computeIfAbsent(ring, _ -> new ArrayDeque<>());
            values.addLast(Math.log(actual / point));
            if (values.size() > CAPACITY) {
                values.removeFirst();
            }
        }
    }

    Answer answer(String key, double point) {
        Deque<Double> own = rings.getOrDefault(key, new ArrayDeque<>());
        Deque<Double> ring = own.size() >= ENOUGH ? own : rings.getOrDefault("", new ArrayDeque<>());
        double[] sorted =
                ring.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return Answer.ofQuantiles(point * factor(sorted, 0.95), point * factor(sorted, 0.99));
    }

    private static double factor(double[] sorted, double level) {
        if (sorted.length == 0) {
            return 1;
        }
        int rank = (int) Math.ceil((sorted.length + 1) * level);
        return Math.exp(sorted[Math.min(rank, sorted.length) - 1]);
    }
}
