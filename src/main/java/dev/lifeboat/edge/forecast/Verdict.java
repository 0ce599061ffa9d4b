package dev.lifeboat.edge.forecast;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the bench found; written as JSON by its component names. Keys are described in
/// docs/reference/bench-forecast.md.
record Verdict(
        String schema,
        Setup setup,
        List<Section> scenarios,
        Section total,
        Map<String, Score.Figures> byClass,
        List<Aim> aims) {

    record Setup(
            List<TraceFacts> traces,
            List<Double> megabytesPerSecond,
            List<Double> windowSeconds,
            int savesPerLane,
            long seed,
            int seeds,
            double noiseSigma,
            double noisePhi) {}

    record TraceFacts(String name, double seconds, double largestFootprintBytes) {}

    /// @param coverage95BySeed ours, one per seed: how far the figure moves by chance
    record Section(
            String scenario,
            int unanswered,
            List<Double> coverage95BySeed,
            Score.Figures lifeboat,
            Score.Figures lifeboatFrozen,
            List<Row> baselines) {

        Row baseline(Baseline baseline) {
            return baselines.stream()
                    .filter(row -> row.name().equals(baseline.label()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /// @param rateAgeSeconds age at which the dirty rate was measured, the best in hindsight; 0 where none is used
    record Row(String name, double rateAgeSeconds, Score.Figures raw, Score.Figures calibrated) {}

    static Section section(String scenario, List<Tally> bySeed) {
        var all = new Tally();
        bySeed.forEach(all::merge);
        var rows = new ArrayList<Row>();
        for (Baseline baseline : Baseline.values()) {
            rows.add(row(baseline, all));
        }
        return new Section(
                scenario,
                all.unanswered(),
                bySeed.stream().map(one -> one.own().figures().coverage95()).toList(),
                all.own().figures(),
                all.frozen().figures(),
                rows);
    }

    static Map<String, Score.Figures> byClass(List<Tally> tallies) {
        var all = new Tally();
        tallies.forEach(all::merge);
        var figures = new TreeMap<String, Score.Figures>();
        all.slices().forEach((name, score) -> figures.put(name, score.figures()));
        return figures;
    }

    private static Row row(Baseline baseline, Tally all) {
        List<Rival> rivals =
                Rival.ALL.stream().filter(rival -> rival.baseline() == baseline).toList();
        Rival best = rivals.stream()
                .min(Comparator.comparingDouble(
                        rival -> all.raw(rival).figures().pinball95Seconds()))
                .orElseThrow();
        Score.Figures calibrated = rivals.stream()
                .map(rival -> all.calibrated(rival).figures())
                .min(Comparator.comparingDouble(Score.Figures::pinball95Seconds))
                .orElseThrow();
        return new Row(
                baseline.label(),
                baseline.usesRate() ? best.age() : 0,
                all.raw(best).figures(),
                calibrated);
    }
}
