package dev.lifeboat.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Point;
import dev.lifeboat.estimate.Remainder;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.estimate.Subject;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Paces from what an estimator has learned: more dirt never lengthens an interval, more bandwidth never takes one
/// away.
final class LearnedPaceTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodeName NODE = new NodeName("n");
    private static final int SEEDS = 100;

    @Test
    void whatIsLeftIsBoundedByWhatIsResidentAndNeverFalls() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Scene scene = new Scene(new Random(seed));
            Estimator estimator = scene.learned(1, 1);
            long before = 0;
            for (Duration age : List.of(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofDays(1))) {
                var left = (Remainder.Known) estimator.remainder(scene.workload, NODE, age, NOW);
                assertThat(left.p95())
                        .isBetween(left.p50(), scene.workload.footprint().resident());
                assertThat(left.p95().bytes()).isGreaterThanOrEqualTo(before);
                before = left.p95().bytes();
            }
        }
    }

    @Test
    void moreDirtShortensTheIntervalOrTakesItAway() {
        int shorter = 0;
        int gone = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Scene scene = new Scene(new Random(seed));
            double before = Double.POSITIVE_INFINITY;
            for (double dirtier : new double[] {1, 2, 4, 8, 16}) {
                double seconds = interval(scene.pace(dirtier, 1));
                assertThat(seconds).as("seed %d, %s times", seed, dirtier).isLessThanOrEqualTo(before);
                shorter += seconds < before && seconds > 0 && before < Double.POSITIVE_INFINITY ? 1 : 0;
                gone += seconds == 0 && before > 0 ? 1 : 0;
                before = seconds;
            }
        }
        assertThat(shorter).as("cases where it became shorter").isGreaterThan(SEEDS / 10);
        assertThat(gone).as("cases where it went").isGreaterThan(SEEDS / 10);
    }

    @Test
    void moreBandwidthNeverTakesAnIntervalAway() {
        int gained = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Scene scene = new Scene(new Random(seed));
            boolean fits = false;
            for (double faster : new double[] {0.25, 0.5, 1, 2, 4, 8}) {
                boolean now = scene.pace(2, faster) instanceof Pace.Every;
                assertThat(now || !fits).as("seed %d, %s times", seed, faster).isTrue();
                gained += now && !fits && faster > 0.25 ? 1 : 0;
                fits = now;
            }
        }
        assertThat(gained).as("cases where bandwidth made it fit").isGreaterThan(SEEDS / 10);
    }

    @Test
    void whatWasNeverMeasuredIsNotMadeUp() {
        Scene scene = new Scene(new Random(1));
        assertThat(scene.pace(new Estimator(Settings.DEFAULTS), 1))
                .isEqualTo(new Pace.Unknown(scene.workload.id(), Estimate.UnknownReason.NOTHING_MEASURED));

        var dirtOnly = new Estimator(Settings.DEFAULTS);
        dirtOnly.observe(scene.dirtied(1, 1));
        assertThat(scene.pace(dirtOnly, 1))
                .isEqualTo(new Pace.Unknown(scene.workload.id(), Estimate.UnknownReason.UPLINK_UNKNOWN));
    }

    /// 0 for one that cannot fit.
    private static double interval(Pace pace) {
        return switch (pace) {
            case Pace.Every it -> it.interval().toMillis() / 1e3;
            case Pace.CannotFit _ -> 0;
            case Pace.Unknown it -> throw new AssertionError(it);
        };
    }

    /// One workload on one node, measured: a hot part that saturates and a cold one that grows.
    private static final class Scene {
        private final Workload workload;
        private final double hot;
        private final double growth;
        private final double rate;

        Scene(Random random) {
            hot = 50e6 + 3e9 * random.nextDouble() * random.nextDouble();
            growth = 3e6 * random.nextDouble();
            rate = 20e6 + 200e6 * random.nextDouble();
            workload = new Workload(
                    new WorkloadId("test", "w"),
                    "Process",
                    "class",
                    Map.of(),
                    new Footprint(ByteCount.ofMebi(32_768), ByteCount.ofMebi(random.nextInt(64)), 4));
        }

        Pace pace(double dirtier, double faster) {
            return pace(learned(dirtier, faster), faster);
        }

        Pace pace(Estimator estimator, double faster) {
            var load = new LearnedLoad(estimator, workload, NODE, NOW);
            var pacing = Pacing.under(List.of(), Duration.ofMinutes(2), new ByteRate(rate * faster));
            return load.unknown()
                    .<Pace>map(reason -> new Pace.Unknown(workload.id(), reason))
                    .orElseGet(() -> pacing.of(List.of(Pacing.copiedAhead(workload.id(), 1, load)))
                            .getFirst());
        }

        Estimator learned(double dirtier, double faster) {
            var estimator = new Estimator(Settings.DEFAULTS);
            for (int i = 0; i < 20; i++) {
                estimator.observe(
                        new Observation.Sent(NOW, NODE, new ByteCount((long) (rate * faster)), Duration.ofSeconds(1)));
            }
            for (double age : new double[] {0.2, 0.6, 1.4, 3, 25, 60}) {
                estimator.observe(dirtied(age, dirtier));
            }
            var random = new Random(7);
            for (int i = 0; i < 40; i++) {
                Point point =
                        estimator.point(Subject.cold(workload, NODE), 0, NOW).orElseThrow();
                double seconds = point.durable().seconds() * Math.exp(0.05 * random.nextGaussian());
                Duration took = Duration.ofMillis((long) (seconds * 1e3));
                estimator.observe(new Observation.Saved(NOW, point, took, took));
            }
            return estimator;
        }

        Observation dirtied(double age, double dirtier) {
            double bytes = dirtier * (hot * (1 - Math.exp(-age / 5)) + growth * age);
            return new Observation.Dirtied(
                    NOW, workload, Duration.ofMillis((long) (age * 1e3)), new ByteCount((long) bytes));
        }
    }
}
