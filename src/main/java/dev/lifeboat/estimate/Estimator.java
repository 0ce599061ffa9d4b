package dev.lifeboat.estimate;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/// Says how long a save would take, with a calibrated bound, and learns from every outcome.
///
/// It has one owner and is not thread-safe. It reads no clock and no chance: the same observations in the
/// same order give the same estimator, so it is rebuilt by replay, or taken up again from a [State]. Its
/// memory is bounded by [Settings].
///
/// How: docs/explanation/forecast.md.
public final class Estimator {
    private final Settings settings;
    private final SequencedMap<String, Pool> classes = new LinkedHashMap<>();
    private final SequencedMap<String, Pool> kinds = new LinkedHashMap<>();
    private final SequencedMap<NodeName, LinkModel> links = new LinkedHashMap<>();
    private Pool everything = Pool.EMPTY;
    private OverheadModel preDump = OverheadModel.EMPTY;
    private OverheadModel finalDump = OverheadModel.EMPTY;

    public Estimator(Settings settings) {
        this.settings = settings;
    }

    /// Takes up where another left off.
    public Estimator(Settings settings, State state) {
        this(settings);
        classes.putAll(state.classes);
        kinds.putAll(state.kinds);
        links.putAll(state.links);
        everything = state.everything;
        preDump = state.preDump;
        finalDump = state.finalDump;
    }

    /// All that it knows, as immutable data with value equality.
    public record State(
            Map<String, Pool> classes,
            Map<String, Pool> kinds,
            Map<NodeName, LinkModel> links,
            Pool everything,
            OverheadModel preDump,
            OverheadModel finalDump) {}

    public State state() {
        return new State(
                new LinkedHashMap<>(classes),
                new LinkedHashMap<>(kinds),
                new LinkedHashMap<>(links),
                everything,
                preDump,
                finalDump);
    }

    /// Learns one fact. Facts that carry no information (nothing sent, no time passed) change nothing.
    public void observe(Observation observation) {
        switch (observation) {
            case Observation.Dirtied it -> dirtied(it);
            case Observation.Sent it -> sent(it);
            case Observation.Packed it -> packed(it);
            case Observation.Overhead it -> overhead(it);
            case Observation.Saved it ->
                ended(
                        it.predicted(),
                        it.predicted().durable().residual(seconds(it.durable())),
                        it.predicted().frozen().residual(seconds(it.frozen())));
            case Observation.CutOff it -> ended(it.predicted(), Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
    }

    /// Time to durable and time frozen for a save begun at `now`, or why that is not known.
    ///
    /// @param rounds pre-dump rounds before the final dump, 0 or more
    public Estimate forecast(Subject subject, int rounds, Instant now) {
        Optional<Estimate.UnknownReason> obstacle = obstacle(subject, rounds, now);
        if (obstacle.isPresent()) {
            return new Estimate.Unknown(obstacle.get());
        }
        Point point = draw(subject, rounds, now);
        Pool.Rings rings = calibration(point);
        if (rings.size() < Settings.MIN_RESIDUALS) {
            return new Estimate.Unknown(Estimate.UnknownReason.TOO_FEW_OUTCOMES);
        }
        return new Estimate.Forecast(
                rounds,
                rings.durable().quantiles(point.durable()),
                rings.frozen().quantiles(point.frozen()),
                rings.size());
    }

    /// Whether outcomes of its own class alone are enough for the bound; otherwise those of its
    /// kind count, or all.
    public boolean isVouchedForByItsClass(Subject subject, int rounds, Instant now) {
        return point(subject, rounds, now)
                .filter(point -> classes.getOrDefault(point.pools().classKey(), Pool.EMPTY)
                                .rings(point)
                                .size()
                        >= ENOUGH_FOR_99)
                .isPresent();
    }

    /// Of a save with one round that is cut off in time, while too few such saves have ended to
    /// calibrate them. The bound holds by construction: the round may take as long as carrying the same
    /// would at most, and the final dump that follows finds nothing of it in the store. How short the
    /// freeze gets is what the models say by their own scatter: good enough to choose by, not to
    /// promise anything.
    ///
    /// @param subject what the round has to carry, and the final dump if the round was for nothing
    public Estimate tried(Subject subject, Instant now) {
        Optional<Estimate.UnknownReason> obstacle = obstacle(subject, 1, now);
        if (obstacle.isPresent()) {
            return new Estimate.Unknown(obstacle.get());
        }
        Estimate straight = forecast(subject, 0, now);
        if (!(straight instanceof Estimate.Forecast bound)) {
            return straight;
        }
        Point.Guess frozen = draw(subject, 1, now).frozen();
        Quantiles hoped = Quantiles.ofSeconds(frozen.seconds(), frozen.at(AT_95), frozen.at(AT_99));
        return new Estimate.Forecast(1, bound.durable().times(2), hoped.least(bound.frozen()), 0);
    }

    /// What the models say without calibration; to be kept with an order and handed back with its outcome, also while
    /// [#forecast] still refuses for want of outcomes. Empty when the models lack a measurement.
    public Optional<Point> point(Subject subject, int rounds, Instant now) {
        return obstacle(subject, rounds, now).isPresent() ? Optional.empty() : Optional.of(draw(subject, rounds, now));
    }

    /// How long such a save takes at p95 by the models' own scatter, which no outcome has confirmed: good enough to
    /// choose how often to copy ahead, not to promise anything. Empty when the models lack a measurement.
    public Optional<Duration> modelled(Subject subject, int rounds, Instant now) {
        return point(subject, rounds, now)
                .map(point -> Duration.ofNanos(Math.round(point.durable().at(AT_95) * 1e9)));
    }

    /// Probability in [0, 1] that a save begun at `now` is durable within some time; empty when that is not known.
    /// Asked of a save under way with what is still pending, it is the live figure that re-planning acts on.
    public OptionalDouble chance(Subject subject, int rounds, Duration within, Instant now) {
        if (!(forecast(subject, rounds, now) instanceof Estimate.Forecast)) {
            return OptionalDouble.empty();
        }
        Point point = draw(subject, rounds, now);
        return OptionalDouble.of(calibration(point).durable().chance(point.durable(), seconds(within)));
    }

    /// What is left to carry some time after a background round: what was dirtied since, and what can never be copied
    /// ahead; at most everything resident. No part of it falls as the age grows.
    ///
    /// @param age positive
    public Remainder remainder(Workload workload, NodeName node, Duration age, Instant now) {
        Subject subject = Subject.cold(workload, node);
        Optional<Estimate.UnknownReason> obstacle = curveObstacle(subject, now);
        if (obstacle.isPresent()) {
            return new Remainder.Unknown(obstacle.get());
        }
        Curve curve = curve(subject);
        LogAverage ratio = ratio(workload);
        ByteCount p50 = left(workload, curve.scale * Math.exp(curve.curve.logAt(seconds(age))));
        ByteCount p95 = left(workload, curve.scale * Math.exp(curve.curve.logBoundAt(seconds(age), AT_95)));
        double wire = p50.bytes() * (ratio.count() == 0 ? 1 : Math.exp(ratio.mean()));
        return new Remainder.Known(p50, p95, new ByteCount((long) wire));
    }

    /// 95 % of a normal distribution lie below so many deviations.
    private static final double AT_95 = 1.645;

    /// And 99 % below so many.
    private static final double AT_99 = 2.326;

    private static ByteCount left(Workload workload, double dirty) {
        Footprint footprint = workload.footprint();
        return new ByteCount((long) Math.min(
                (double) footprint.resident().bytes(), footprint.shared().bytes() + dirty));
    }

    private Optional<Estimate.UnknownReason> obstacle(Subject subject, int rounds, Instant now) {
        if (rounds < 0) {
            throw new IllegalArgumentException("rounds are 0 or more: " + rounds);
        }
        LinkModel link = links.get(subject.node());
        if (link == null) {
            return Optional.of(Estimate.UnknownReason.UPLINK_UNKNOWN);
        }
        if (link.isStale(now, settings.uplinkStaleAfter())) {
            return Optional.of(Estimate.UnknownReason.STALE);
        }
        // Without rounds nothing is carried twice, so no curve is needed.
        return rounds == 0 ? Optional.empty() : curveObstacle(subject, now);
    }

    private Optional<Estimate.UnknownReason> curveObstacle(Subject subject, Instant now) {
        Curve curve = curve(subject);
        if (curve.curve.isEmpty()) {
            return Optional.of(Estimate.UnknownReason.NOTHING_MEASURED);
        }
        return Duration.between(curve.at, now).compareTo(settings.curveStaleAfter()) > 0
                ? Optional.of(Estimate.UnknownReason.STALE)
                : Optional.empty();
    }

    private Point draw(Subject subject, int rounds, Instant now) {
        LinkModel link = links.get(subject.node());
        if (link == null) {
            throw new IllegalStateException("no uplink for " + subject.node());
        }
        return new Drawing(link, curve(subject), ratio(subject.workload()), preDump, finalDump)
                .point(subject, rounds, now);
    }

    /// A dirty curve in bytes: `scale` turns its unit into bytes.
    record Curve(DirtyCurve curve, double scale, Instant at) {}

    private Curve curve(Subject subject) {
        Pool own = classes.getOrDefault(subject.workload().classKey(), Pool.EMPTY);
        if (!own.curve().isEmpty()) {
            return new Curve(own.curve(), 1, own.curveAt());
        }
        Pool kind = kinds.getOrDefault(subject.workload().kind(), Pool.EMPTY);
        Pool chosen = kind.curve().isEmpty() ? everything : kind;
        return new Curve(chosen.curve(), Math.max(subject.footprintBytes(), 1), chosen.curveAt());
    }

    private LogAverage ratio(Workload workload) {
        LogAverage own = classes.getOrDefault(workload.classKey(), Pool.EMPTY).ratio();
        LogAverage kind = kinds.getOrDefault(workload.kind(), Pool.EMPTY).ratio();
        return own.count() > 0 ? own : kind.count() > 0 ? kind : everything.ratio();
    }

    /// The narrowest pool whose 99 % bound is one of its own residuals; else the widest.
    private Pool.Rings calibration(Point point) {
        Pool.Rings own =
                classes.getOrDefault(point.pools().classKey(), Pool.EMPTY).rings(point);
        if (own.size() >= ENOUGH_FOR_99) {
            return own;
        }
        Pool.Rings kind = kinds.getOrDefault(point.pools().kind(), Pool.EMPTY).rings(point);
        return kind.size() >= ENOUGH_FOR_99 ? kind : everything.rings(point);
    }

    private static final int ENOUGH_FOR_99 = 99;

    private void dirtied(Observation.Dirtied it) {
        double age = seconds(it.age());
        if (age <= 0) {
            return;
        }
        // A page is the least that can be dirty, and keeps the logarithm finite.
        double bytes = Math.max((double) it.dirty().bytes(), PAGE);
        double share =
                bytes / Math.max((double) it.workload().footprint().resident().bytes(), bytes);
        change(it.workload(), pool -> pool.withDirty(age, bytes, it.at()), pool -> pool.withDirty(age, share, it.at()));
    }

    private static final double PAGE = 4096;

    private void sent(Observation.Sent it) {
        double elapsed = seconds(it.elapsed());
        if (elapsed <= 0) {
            return;
        }
        double rate = it.wire().bytes() / elapsed;
        LinkModel known = links.remove(it.node());
        keep(
                links,
                it.node(),
                known == null ? LinkModel.first(rate, it.at()) : known.with(rate, it.at()),
                settings.nodes());
    }

    private void packed(Observation.Packed it) {
        if (it.raw().bytes() == 0) {
            return;
        }
        double ratio =
                Math.log(Math.max((double) it.wire().bytes(), 1.0) / it.raw().bytes());
        change(it.workload(), pool -> pool.withRatio(ratio), pool -> pool.withRatio(ratio));
    }

    private void overhead(Observation.Overhead it) {
        switch (it.stage()) {
            case PRE_DUMP -> preDump = preDump.with(it.pages(), it.tasks(), seconds(it.spent()));
            case FINAL_DUMP -> finalDump = finalDump.with(it.pages(), it.tasks(), seconds(it.spent()));
        }
    }

    private void ended(Point point, double durable, double frozen) {
        Change learned = pool -> pool.withResiduals(point, durable, frozen, settings);
        change(point.pools(), learned, learned);
    }

    private void change(Workload workload, Change own, Change wider) {
        change(new Point.Pools(workload.classKey(), workload.kind()), own, wider);
    }

    private void change(Point.Pools pools, Change own, Change wider) {
        change(classes, pools.classKey(), own);
        change(kinds, pools.kind(), wider);
        everything = wider.apply(everything);
    }

    private void change(SequencedMap<String, Pool> pools, String key, Change change) {
        Pool known = pools.remove(key);
        keep(pools, key, change.apply(known == null ? Pool.EMPTY : known), settings.classes());
    }

    /// Puts an entry last, and drops the one unused for longest when there are too many.
    private static <K, V> void keep(SequencedMap<K, V> map, K key, V value, int limit) {
        map.putLast(key, value);
        if (map.size() > limit) {
            map.pollFirstEntry();
        }
    }

    private interface Change {
        Pool apply(Pool pool);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
