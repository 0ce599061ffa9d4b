package dev.lifeboat.edge.forecast;

import dev.lifeboat.estimate.Stage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the baselines are told: the mean of the last 5 s of traffic, the smoothed compression ratio of the lane, the
/// smoothed overheads of each stage, and the dirty rate of the newest background window up to the rival's age.
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

    Map<Rival, Double> points(Lane lane, Lane.Turn turn) {
        var points = new LinkedHashMap<Rival, Double>();
        for (Rival rival : Rival.ALL) {
            points.put(rival, Math.max(1e-3, rival.baseline().seconds(known(lane, turn, rival.age()))));
        }
        return points;
    }

    private Baseline.Known known(Lane lane, Lane.Turn turn, double age) {
        double window = Math.min(age, turn.save() - turn.reset());
        return new Baseline.Known(
                lane.script().footprint(turn.save()),
                turn.pending(),
                turn.rounds(),
                lane.script().dirtied(turn.reset(), turn.reset() + window) / window,
                rates.getOrDefault(lane, new ArrayDeque<>()).stream()
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(1e6),
                ratios.getOrDefault(lane, 1.0),
                overheads.getOrDefault(Stage.PRE_DUMP, 0.0),
                overheads.getOrDefault(Stage.FINAL_DUMP, 0.0));
    }
}
