package dev.lifeboat.edge.forecast;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// The scores of all models over one or several plays.
final class Tally {
    private final Score own = new Score();
    private final Score frozen = new Score();
    private final Map<Rival, Score> raw = new LinkedHashMap<>();
    private final Map<Rival, Score> calibrated = new LinkedHashMap<>();
    private final Map<String, Score> slices = new TreeMap<>();
    private int unanswered;

    void refuse() {
        unanswered++;
    }

    void merge(Tally other) {
        unanswered += other.unanswered;
        own.merge(other.own);
        frozen.merge(other.frozen);
        other.raw.forEach((rival, score) -> raw(rival).merge(score));
        other.calibrated.forEach((rival, score) -> calibrated(rival).merge(score));
        other.slices.forEach((name, score) -> slice(name).merge(score));
    }

    /// Saves of which the estimator said that it does not know.
    int unanswered() {
        return unanswered;
    }

    /// Our time to durable.
    Score own() {
        return own;
    }

    /// Our time frozen; without decisions.
    Score frozen() {
        return frozen;
    }

    Score raw(Rival rival) {
        return raw.computeIfAbsent(rival, _ -> new Score());
    }

    /// The rival's point with a plain split-conformal bound on top.
    Score calibrated(Rival rival) {
        return calibrated.computeIfAbsent(rival, _ -> new Score());
    }

    /// Our time to durable by class and shape.
    Score slice(String name) {
        return slices.computeIfAbsent(name, _ -> new Score());
    }

    Map<String, Score> slices() {
        return slices;
    }
}
