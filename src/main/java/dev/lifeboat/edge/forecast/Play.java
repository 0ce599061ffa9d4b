package dev.lifeboat.edge.forecast;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Point;
import dev.lifeboat.estimate.Quantiles;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.estimate.Stage;
import dev.lifeboat.estimate.Subject;
import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/// Plays all lanes of one scenario in the order of their saves: predict, then learn, and learn no outcome
/// before it is there. One estimator serves them all, as in a fleet.
final class Play {
    /// Ages at which a background window is read without clearing, seconds.
    private static final double[] NESTED = {0.2, 0.6, 1.4, 3};

    /// Seconds of traffic seen on the uplink right before a save: other workloads' background pre-dumps.
    private static final double SEEN_BEFORE = 2;

    /// Samples that are reported of one save; a longer one tells nothing new.
    private static final int MOST_SAMPLES = 240;

    private final double[] windows;
    private final Estimator estimator = new Estimator(Settings.DEFAULTS);
    private final Tally tally = new Tally();
    private final Map<Rival, SplitConformal> conformal = new HashMap<>();
    private final Notebook notebook = new Notebook();
    private final PriorityQueue<Pending> pending =
            new PriorityQueue<>(Comparator.comparingDouble(one -> one.save.end()));

    private record Pending(Lane lane, TrueSave save, Optional<Point> point, Map<Rival, Double> points, String key) {}

    /// @param windows seconds for which decisions are scored
    Play(double[] windows) {
        this.windows = windows.clone();
    }

    /// @return the scores; one run per play
    Tally run(List<Lane> lanes, int savesPerLane) {
        var byStart = new PriorityQueue<Lane>(
                Comparator.comparingDouble(lane -> lane.turn().save()));
        byStart.addAll(lanes);
        for (int i = 0; i < savesPerLane * lanes.size(); i++) {
            Lane lane = byStart.remove();
            learnUntil(lane.turn().save());
            playTurn(lane);
            byStart.add(lane);
        }
        return tally;
    }

    private void playTurn(Lane lane) {
        Lane.Turn turn = lane.turn();
        watch(lane, turn);
        Instant now = instant(turn.save());
        var subject = new Subject(lane.workload(turn.save()), lane.node(), bytes(turn.pending()));
        Estimate estimate = estimator.forecast(subject, turn.rounds(), now);
        Optional<Point> point = estimator.point(subject, turn.rounds(), now);
        Map<Rival, Double> points = notebook.points(lane, turn);
        String key = lane.className() + (turn.rounds() > 0);
        TrueSave save = lane.save();
        switch (estimate) {
            case Estimate.Forecast forecast -> score(lane, forecast, points, key, save);
            case Estimate.Unknown _ -> tally.refuse();
        }
        pending.add(new Pending(lane, save, point, points, key));
    }

    private void score(Lane lane, Estimate.Forecast forecast, Map<Rival, Double> points, String key, TrueSave save) {
        double actual = save.durable();
        Answer own = answer(forecast.durable());
        tally.own().add(own, actual, windows);
        tally.slice(lane.className() + ", " + (forecast.rounds() == 0 ? "no rounds" : "rounds"))
                .add(own, actual, windows);
        tally.frozen().add(answer(forecast.frozen()), save.frozen(), new double[0]);
        points.forEach((rival, seconds) -> {
            tally.raw(rival).add(Answer.ofPoint(seconds), actual, windows);
            tally.calibrated(rival).add(bounds(rival).answer(key, seconds), actual, windows);
        });
    }

    private static Answer answer(Quantiles quantiles) {
        return Answer.ofQuantiles(seconds(quantiles.p95()), seconds(quantiles.p99()));
    }

    private SplitConformal bounds(Rival rival) {
        return conformal.computeIfAbsent(rival, _ -> new SplitConformal());
    }

    /// What an agent sees between two saves: nested dirty samples, one background pre-dump, some traffic.
    private void watch(Lane lane, Lane.Turn turn) {
        for (double age : NESTED) {
            if (turn.reset() + age < turn.save()) {
                dirty(lane, turn.reset(), turn.reset() + age);
            }
        }
        dirty(lane, turn.reset(), turn.save());
        packed(lane, instant(turn.reset()), 1e8, lane.drawRatio());
        traffic(lane, Wire.tick(turn.save() - SEEN_BEFORE), Wire.tick(turn.save()));
    }

    private void dirty(Lane lane, double from, double until) {
        estimator.observe(new Observation.Dirtied(
                instant(until),
                lane.workload(until),
                duration(until - from),
                bytes(lane.script().dirtied(from, until))));
    }

    private void packed(Lane lane, Instant at, double raw, double ratio) {
        notebook.ratio(lane, ratio);
        estimator.observe(new Observation.Packed(at, lane.workload(0), bytes(raw), bytes(raw * ratio)));
    }

    /// Ticks in [from, until), each known when it is over.
    private void traffic(Lane lane, int from, int until) {
        for (int tick = Math.max(0, from); tick < until; tick++) {
            double rate = lane.wire().rate(tick);
            notebook.rate(lane, rate);
            estimator.observe(new Observation.Sent(
                    instant((tick + 1) * Wire.TICK_SECONDS),
                    lane.node(),
                    bytes(rate * Wire.TICK_SECONDS),
                    duration(Wire.TICK_SECONDS)));
        }
    }

    private void learnUntil(double second) {
        while (!pending.isEmpty() && pending.element().save.end() <= second) {
            learn(pending.remove());
        }
    }

    private void learn(Pending ended) {
        TrueSave save = ended.save;
        Instant at = instant(save.end());
        ended.point.ifPresent(point ->
                estimator.observe(new Observation.Saved(at, point, duration(save.durable()), duration(save.frozen()))));
        ended.points.forEach((rival, seconds) -> bounds(rival).learn(ended.key, seconds, save.durable()));
        int last = Wire.tick(save.end());
        traffic(ended.lane, Math.max(Wire.tick(save.begin()), last - MOST_SAMPLES), last);
        for (int i = 0; i < save.stages().size(); i++) {
            stage(ended.lane, save, i, at);
        }
    }

    private void stage(Lane lane, TrueSave save, int i, Instant at) {
        TrueSave.Stage stage = save.stages().get(i);
        Stage kind = i == save.stages().size() - 1 ? Stage.FINAL_DUMP : Stage.PRE_DUMP;
        var workload = lane.workload(stage.begin());
        notebook.overhead(kind, stage.overhead());
        estimator.observe(new Observation.Overhead(
                at,
                kind,
                workload.footprint().resident().bytes() / 4096,
                workload.footprint().tasks(),
                duration(stage.overhead())));
        if (i > 0) {
            TrueSave.Stage before = save.stages().get(i - 1);
            estimator.observe(new Observation.Dirtied(at, workload, duration(before.seconds()), bytes(stage.raw())));
        }
        if (i == 0) {
            packed(lane, at, stage.raw(), stage.ratio());
        }
    }

    private static Instant instant(double second) {
        return Instant.EPOCH.plus(duration(second));
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static ByteCount bytes(double bytes) {
        return new ByteCount(Math.round(bytes));
    }
}
