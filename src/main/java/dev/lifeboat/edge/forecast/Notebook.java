package dev.lifeboat.edge.forecast;

import dev.lifeboat.estimate.Stage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/// What the baselines are told: the mean of the last 5 s of traffic, the smoothed compression ratio of the lane, the
/// smoothed overheads of each stage, and the dirty rate of the newest background window.
final class Notebook {
    private static final int SAMPLES = 20;
    private static final double GAIN = 0.05;

    private final Map<Lane, Deque<Double>> rates = new HashMap<>();
    private final Map<Lane, Double> ratios = new HashMap<>();
    private final Map<Stage, Double> overheads = new EnumMap<>(Stage.class);

    void rate(Lane lane, double rate) {
        Deque<Double> known = rates.computeIfAbsent(lane, _ -> new ArrayDeque<>());
        known.addLast(rate);
        if (known.size() > SAMPLES) {
            known.removeFirst();
        }
    }

    void ratio(Lane lane, double ratio) {
        ratios.merge(lane, ratio, (old, fresh) -> old + GAIN * (fresh - old));
    }

    void overhead(Stage stage, double seconds) {
        overheads.merge(stage, seconds, (old, fresh) -> old + GAIN * (fresh - old));
    }

    Map<Baseline, Double> points(Lane lane, Lane.Turn turn) {
        double window = turn.save() - turn.reset();
        var known = new Baseline.Known(
                lane.script().footprint(turn.save()),
                turn.pending(),
                turn.rounds(),
                lane.script().dirtied(turn.reset(), turn.save()) / window,
                rates.getOrDefault(lane, new ArrayDeque<>()).stream()
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(1e6),
                ratios.getOrDefault(lane, 1.0),
                overheads.getOrDefault(Stage.PRE_DUMP, 0.0),
                overheads.getOrDefault(Stage.FINAL_DUMP, 0.0));
        var points = new EnumMap<Baseline, Double>(Baseline.class);
        for (Baseline baseline : Baseline.values()) {
            points.put(baseline, Math.max(1e-3, baseline.seconds(known)));
        }
        return points;
    }
}
