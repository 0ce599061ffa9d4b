package dev.lifeboat.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EstimatorTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final NodeName NODE = new NodeName("node-1");
    private static final Workload CACHE = workload("cache", 400);

    @Test
    void knowsNoUplinkThatNothingWasSentOver() {
        assertThat(new Estimator(Settings.DEFAULTS).forecast(Subject.cold(CACHE, NODE), 0, START))
                .isEqualTo(new Estimate.Unknown(Estimate.UnknownReason.UPLINK_UNKNOWN));
    }

    @Test
    void refusesWhileTooFewSavesHaveEnded() {
        var estimator = learned(18, 1);

        assertThat(estimator.forecast(Subject.cold(CACHE, NODE), 1, START))
                .isEqualTo(new Estimate.Unknown(Estimate.UnknownReason.TOO_FEW_OUTCOMES));
        assertThat(estimator.point(Subject.cold(CACHE, NODE), 1, START)).isPresent();
    }

    @Test
    void answersFromTheNineteenthOutcomeOn() {
        assertThat(learned(19, 1).forecast(Subject.cold(CACHE, NODE), 1, START)).isInstanceOf(Estimate.Forecast.class);
    }

    @Test
    void needsADirtyCurveForRoundsOnly() {
        var estimator = new Estimator(Settings.DEFAULTS);
        estimator.observe(sent(100));

        assertThat(estimator.forecast(Subject.cold(CACHE, NODE), 1, START))
                .isEqualTo(new Estimate.Unknown(Estimate.UnknownReason.NOTHING_MEASURED));
        assertThat(estimator.forecast(Subject.cold(CACHE, NODE), 0, START))
                .isEqualTo(new Estimate.Unknown(Estimate.UnknownReason.TOO_FEW_OUTCOMES));
    }

    @Test
    void callsAnUplinkStaleJustAfterItsTimeAndNotAtIt() {
        Duration limit = Settings.DEFAULTS.uplinkStaleAfter();
        var estimator = learned(200, 2);
        var subject = Subject.cold(CACHE, NODE);

        assertThat(estimator.forecast(subject, 0, START.plus(limit).minusNanos(1)))
                .isInstanceOf(Estimate.Forecast.class);
        assertThat(estimator.forecast(subject, 0, START.plus(limit))).isInstanceOf(Estimate.Forecast.class);
        assertThat(estimator.forecast(subject, 0, START.plus(limit).plusNanos(1)))
                .isEqualTo(new Estimate.Unknown(Estimate.UnknownReason.STALE));
    }

    @Test
    void callsACurveStaleEvenIfTheUplinkIsFresh() {
        var estimator = learned(200, 2);
        Instant later = START.plus(Settings.DEFAULTS.curveStaleAfter()).plusSeconds(1);
        estimator.observe(new Observation.Sent(later, NODE, ByteCount.ofMebi(25), Duration.ofMillis(250)));

        assertThat(estimator.forecast(Subject.cold(CACHE, NODE), 1, later))
                .isEqualTo(new Estimate.Unknown(Estimate.UnknownReason.STALE));
    }

    @Test
    void aNewClassBorrowsFromItsKindAndANewKindFromAll() {
        var estimator = learned(200, 2);
        Workload sibling = new Workload(id("other"), "Process", "never seen", Map.of(), CACHE.footprint());
        Workload stranger = new Workload(id("other"), "Job", "never seen", Map.of(), CACHE.footprint());

        assertThat(estimator.forecast(Subject.cold(sibling, NODE), 2, START)).isInstanceOf(Estimate.Forecast.class);
        assertThat(estimator.forecast(Subject.cold(stranger, NODE), 2, START)).isInstanceOf(Estimate.Forecast.class);
    }

    @Test
    void roundsShortenTheFreezeButNeverTheSave() {
        var estimator = learned(400, 3);

        var straight = point(estimator, CACHE, 0);
        var twice = point(estimator, CACHE, 2);

        assertThat(twice.frozen().seconds()).isLessThan(straight.frozen().seconds());
        assertThat(twice.durable().seconds()).isGreaterThan(straight.durable().seconds());
    }

    @Test
    void filesThatComeAlongAreCarriedInTheFreezeWhateverTheRounds() {
        var estimator = learned(400, 3);
        ByteCount files = ByteCount.ofMebi(200);
        Workload keeping = new Workload(
                CACHE.id(),
                CACHE.kind(),
                CACHE.classKey(),
                Map.of(),
                CACHE.footprint().with(files));

        for (int rounds = 0; rounds <= 2; rounds++) {
            double more = point(estimator, keeping, rounds).frozen().seconds()
                    - point(estimator, CACHE, rounds).frozen().seconds();
            // 100 MB/s, uncompressed at the least.
            assertThat(more).as("%d rounds", rounds).isGreaterThan(files.bytes() / 100e6 / 4);
        }
    }

    @Test
    void moreBandwidthNeverMakesASaveSlower() {
        for (int rounds = 0; rounds <= 3; rounds++) {
            double before = Double.POSITIVE_INFINITY;
            for (double megabytes = 5; megabytes < 2000; megabytes *= 1.3) {
                var estimator = new Estimator(Settings.DEFAULTS);
                measure(estimator, megabytes, 1);
                double now = point(estimator, CACHE, rounds).durable().seconds();
                assertThat(now).as("%s MB/s, %d rounds", megabytes, rounds).isLessThanOrEqualTo(before);
                before = now;
            }
        }
    }

    @Test
    void aLargerFootprintNeverMakesASaveFaster() {
        var estimator = new Estimator(Settings.DEFAULTS);
        measure(estimator, 100, 1);
        for (int rounds = 0; rounds <= 3; rounds++) {
            double before = 0;
            for (int mebi = 1; mebi < 20_000; mebi = mebi * 4 / 3 + 1) {
                double now = point(estimator, workload("cache", mebi), rounds)
                        .durable()
                        .seconds();
                assertThat(now).as("%d MiB, %d rounds", mebi, rounds).isGreaterThanOrEqualTo(before);
                before = now;
            }
        }
    }

    @Test
    void recoversFromASlowUplinkAfterThreeSamples() {
        var estimator = new Estimator(Settings.DEFAULTS);
        measure(estimator, 100, 1);
        double usual = point(estimator, CACHE, 0).durable().seconds();

        for (int i = 0; i < 3; i++) {
            estimator.observe(sent(30));
        }

        assertThat(point(estimator, CACHE, 0).durable().seconds() / usual).isCloseTo(1 / 0.3, within(0.4));
    }

    @Test
    void replayAndSnapshotGiveTheSameEstimator() {
        List<Observation> journal = journal(300, 5);
        var live = new Estimator(Settings.DEFAULTS);
        journal.forEach(live::observe);
        var half = new Estimator(Settings.DEFAULTS);
        journal.subList(0, 150).forEach(half::observe);
        var resumed = new Estimator(Settings.DEFAULTS, half.state());
        journal.subList(150, journal.size()).forEach(resumed::observe);

        assertThat(resumed.state()).isEqualTo(live.state());
        assertThat(resumed.forecast(Subject.cold(CACHE, NODE), 1, START))
                .isEqualTo(live.forecast(Subject.cold(CACHE, NODE), 1, START));
    }

    @Test
    void forgetsTheOldestClassesAndNodesAndKeepsRingsBounded() {
        var settings = new Settings(50, 16, 16, 0.01, Duration.ofDays(1), Duration.ofDays(1));
        var estimator = new Estimator(settings);
        var random = new Random(9);
        for (int i = 0; i < 200_000; i++) {
            Workload workload = workload("class-" + random.nextInt(100_000), 1 + random.nextInt(100));
            var node = new NodeName("n" + random.nextInt(100_000));
            estimator.observe(new Observation.Sent(START, node, ByteCount.ofMebi(10), Duration.ofMillis(250)));
            estimator.observe(new Observation.Dirtied(START, workload, Duration.ofSeconds(1), ByteCount.ofMebi(1)));
            estimator.observe(new Observation.Packed(START, workload, ByteCount.ofMebi(2), ByteCount.ofMebi(1)));
            estimator.observe(new Observation.Overhead(START, Stage.PRE_DUMP, i, 3, Duration.ofMillis(100)));
            Point point =
                    estimator.point(Subject.cold(workload, node), i % 3, START).orElseThrow();
            estimator.observe(new Observation.Saved(START, point, Duration.ofSeconds(3), Duration.ofSeconds(1)));
        }

        Estimator.State state = estimator.state();
        assertThat(state.classes()).hasSize(16);
        assertThat(state.links()).hasSize(16);
        assertThat(state.everything().straight().size()).isEqualTo(50);
        assertThat(state.everything().withRounds().size()).isEqualTo(50);
    }

    @Test
    void staysFiniteOnAbsurdFacts() {
        var estimator = new Estimator(Settings.DEFAULTS);
        var huge = new ByteCount(Long.MAX_VALUE / 4);
        Workload vast = new Workload(id("vast"), "Process", "vast", Map.of(), new Footprint(huge, ByteCount.ZERO, 1));
        estimator.observe(new Observation.Sent(START, NODE, ByteCount.ZERO, Duration.ofNanos(1)));
        estimator.observe(new Observation.Sent(START, NODE, huge, Duration.ZERO));
        estimator.observe(new Observation.Dirtied(START, vast, Duration.ZERO, huge));
        estimator.observe(new Observation.Dirtied(START, vast, Duration.ofNanos(1), huge));
        estimator.observe(new Observation.Packed(START, vast, ByteCount.ZERO, huge));
        estimator.observe(new Observation.Packed(START, vast, new ByteCount(1), huge));

        for (int rounds = 0; rounds < 10; rounds++) {
            assertThat(estimator.point(Subject.cold(vast, NODE), rounds, START)).isPresent();
        }
    }

    @Test
    void refusesNegativeRounds() {
        assertThatThrownBy(() -> learned(1, 1).forecast(Subject.cold(CACHE, NODE), -1, START))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    private static Point point(Estimator estimator, Workload workload, int rounds) {
        return estimator.point(Subject.cold(workload, NODE), rounds, START).orElseThrow();
    }

    private static Estimator learned(int outcomes, long seed) {
        var estimator = new Estimator(Settings.DEFAULTS);
        journal(outcomes, seed).forEach(estimator::observe);
        return estimator;
    }

    /// Measurements, then outcomes that scatter around the points, for saves with and without rounds.
    private static List<Observation> journal(int outcomes, long seed) {
        var estimator = new Estimator(Settings.DEFAULTS);
        var journal = new ArrayList<>(measurements(100, seed));
        journal.forEach(estimator::observe);
        var random = new Random(seed);
        for (int i = 0; i < outcomes; i++) {
            for (int rounds = 0; rounds < 2; rounds++) {
                Point point = point(estimator, CACHE, rounds);
                double factor = Math.exp(0.1 * random.nextGaussian());
                journal.add(new Observation.Saved(
                        START,
                        point,
                        seconds(point.durable().seconds() * factor),
                        seconds(point.frozen().seconds() * factor)));
            }
        }
        return journal;
    }

    private static void measure(Estimator estimator, double megabytes, long seed) {
        measurements(megabytes, seed).forEach(estimator::observe);
    }

    private static List<Observation> measurements(double megabytes, long seed) {
        var random = new Random(seed);
        var facts = new ArrayList<Observation>();
        for (int i = 0; i < 50; i++) {
            facts.add(sent(megabytes * Math.exp(0.1 * random.nextGaussian())));
        }
        for (double age : new double[] {0.2, 0.6, 1.4, 3}) {
            var dirty = new ByteCount(Math.round(100e6 * (1 - Math.exp(-age))));
            facts.add(new Observation.Dirtied(START, CACHE, seconds(age), dirty));
        }
        facts.add(new Observation.Packed(START, CACHE, ByteCount.ofMebi(100), ByteCount.ofMebi(50)));
        return facts;
    }

    private static Observation sent(double megabytesPerSecond) {
        var bytes = new ByteCount(Math.round(megabytesPerSecond * 0.25e6));
        return new Observation.Sent(START, NODE, bytes, Duration.ofMillis(250));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private static Workload workload(String classKey, int mebi) {
        var footprint = new Footprint(ByteCount.ofMebi(mebi), ByteCount.ZERO, 10);
        return new Workload(id("w"), "Process", classKey, Map.of(), footprint);
    }

    private static WorkloadId id(String name) {
        return new WorkloadId("default", name);
    }
}
