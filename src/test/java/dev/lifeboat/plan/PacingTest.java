package dev.lifeboat.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PacingTest {
    /// 120 s − 5 s − 2 s, of which 67.8 s may be used; 30 MB/s of traffic.
    private static final Pacing NODE = pacing(120, 100);

    /// Rounds that cost an hour each: Young and Daly would have them once in days.
    private static final Duration DEAR = Duration.ofHours(1);

    @Test
    void theIntervalIsTheLongestWhoseResidualFitsIntoItsShareOfTheWindow() {
        // 1 s of link for every 10 s: 67.8 s are reached after 678 s.
        Pace.Every pace = (Pace.Every) only(NODE, growing("a", 1, 10, 0.1, DEAR));
        assertThat(pace.limit()).isEqualTo(Pace.Limit.WINDOW);
        assertThat(pace.interval()).isBetween(Duration.ofSeconds(678 * 100 / 110), Duration.ofSeconds(678));
    }

    @Test
    void aResidualThatEndsJustBeforeOrAtTheLimitFitsAndOneThatEndsJustAfterDoesNot() {
        assertThat(only(NODE, constant("a", 67_799))).isInstanceOf(Pace.Every.class);
        assertThat(only(NODE, constant("a", 67_800))).isInstanceOf(Pace.Every.class);
        assertThat(only(NODE, constant("a", 67_801)))
                .isEqualTo(new Pace.CannotFit(
                        id("a"),
                        Pace.Reason.RESIDUAL_TOO_LARGE,
                        Duration.ofMillis(67_801),
                        Duration.ofMillis(67_800),
                        new ByteRate(0.1),
                        ByteRate.ofMegabytes(30)));
    }

    @Test
    void aWindowThatIsSpentBeforeThePagesCanMoveFitsNothing() {
        assertThat(only(pacing(6, 100), constant("a", 1))).isInstanceOf(Pace.CannotFit.class);
    }

    @Test
    void theResidualsOfANodeShareItsWindow() {
        Pace.Runner[] two = {growing("a", 1, 10, 0.1, DEAR), growing("b", 1, 10, 0.1, DEAR)};
        long millis = NODE.of(List.of(two)).stream()
                .mapToLong(pace -> ((Pace.Every) pace).load().transfer().toMillis())
                .sum();
        assertThat(millis).isBetween(67_800L * 100 / 110, 67_800L);
    }

    @Test
    void whatIsWorthLessGivesWayWhereTheWindowIsTooShortForAll() {
        List<Pace> paces = NODE.of(List.of(constant("cheap", 40_000, 1), constant("dear", 40_000, 9)));
        assertThat(paces.get(0)).isInstanceOfSatisfying(Pace.CannotFit.class, cannot -> {
            assertThat(cannot.reason()).isEqualTo(Pace.Reason.WINDOW_SHARED);
            assertThat(cannot.needed()).isEqualTo(Duration.ofSeconds(80));
        });
        assertThat(paces.get(1)).isInstanceOf(Pace.Every.class);
    }

    @Test
    void saysHowMuchTrafficWouldBeNeededWhereTheBudgetIsTooSmall() {
        // 31 MB for every second: whatever the interval, 31 MB/s.
        assertThat(only(NODE, growing("a", 1, 31e6, 0.001, DEAR)))
                .isInstanceOfSatisfying(Pace.CannotFit.class, cannot -> {
                    assertThat(cannot.reason()).isEqualTo(Pace.Reason.TRAFFIC_TOO_HIGH);
                    assertThat(cannot.traffic().bytesPerSecond()).isBetween(30.9e6, 31.1e6);
                    assertThat(cannot.budget()).isEqualTo(ByteRate.ofMegabytes(30));
                });
    }

    @Test
    void youngAndDalyCapTheInterval() {
        // √(2 · 0.5 s · 36,000 s) = 189.7 s
        Pace.Every pace = (Pace.Every) only(NODE, growing("a", 1, 10, 0.001, Duration.ofMillis(500)));
        assertThat(pace.limit()).isEqualTo(Pace.Limit.YOUNG_DALY);
        assertThat(pace.interval()).isBetween(Duration.ofSeconds(174), Duration.ofSeconds(190));
    }

    @Test
    void theTrafficBudgetStandsAboveYoungAndDaly() {
        // A hot part of 6 GB, dirty at once: at 189 s it would send 31 MB/s.
        Pace.LoadCurve hot = _ -> new Pace.Load(new ByteCount(6_000_000_000L), Duration.ofSeconds(1));
        Pace.Every pace = (Pace.Every) only(NODE, new Pace.Runner(id("a"), 1, hot, Duration.ofMillis(500)));
        assertThat(pace.limit()).isEqualTo(Pace.Limit.TRAFFIC);
        assertThat(pace.interval()).isBetween(Duration.ofSeconds(200), Duration.ofSeconds(218));
    }

    @Test
    void bothLimitsHoldOnEveryNodeAndNoIntervalCouldBeAStepLonger() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            Pacing node = pacing(30 + random.nextInt(120), 10 + random.nextInt(300));
            List<Pace.Runner> runners = runners(random);
            List<Pace> paces = node.of(runners);
            assertThat(paces)
                    .extracting(Pace::workload)
                    .as("seed %d", seed)
                    .isEqualTo(runners.stream().map(Pace.Runner::workload).toList());
            long millis = sumMillis(paces);
            assertThat(millis)
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(node.allowed().toMillis());
            assertThat(traffic(paces))
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(node.budget().bytesPerSecond() * (1 + 1e-9));
            // What Young and Daly shortened leaves room that nobody else needs.
            boolean longest = paces.stream().noneMatch(PacingTest::shortened);
            for (int i = 0; longest && i < paces.size(); i++) {
                if (paces.get(i) instanceof Pace.Every every && every.limit() == Pace.Limit.WINDOW) {
                    long longer = Millis.ceiling(runners.get(i)
                            .curve()
                            .after(longer(every.interval()))
                            .transfer());
                    assertThat(millis - Millis.ceiling(every.load().transfer()) + longer)
                            .as("seed %d, %s", seed, every)
                            .isGreaterThan(node.allowed().toMillis());
                }
            }
        }
    }

    @Test
    void aLongerWindowNeverShortensTheIntervalOfAWorkloadAlone() {
        for (long seed = 0; seed < 300; seed++) {
            Pace.Runner runner = runners(new Random(seed)).getFirst();
            Duration before = Duration.ZERO;
            for (int window = 20; window <= 160; window += 20) {
                Duration interval = only(pacing(window, 1e4), runner) instanceof Pace.Every every
                        ? every.interval()
                        : Duration.ZERO;
                assertThat(interval).as("seed %d, window %d", seed, window).isGreaterThanOrEqualTo(before);
                before = interval;
            }
        }
    }

    private static boolean shortened(Pace pace) {
        return pace instanceof Pace.Every every
                && (every.limit() == Pace.Limit.YOUNG_DALY || every.limit() == Pace.Limit.TRAFFIC);
    }

    private static Duration longer(Duration interval) {
        return PaceOptions.interval(PaceOptions.notLongerThan(interval) + 1);
    }

    private static long sumMillis(List<Pace> paces) {
        return paces.stream()
                .filter(Pace.Every.class::isInstance)
                .mapToLong(pace -> Millis.ceiling(((Pace.Every) pace).load().transfer()))
                .sum();
    }

    private static double traffic(List<Pace> paces) {
        return paces.stream()
                .filter(Pace.Every.class::isInstance)
                .map(Pace.Every.class::cast)
                .mapToDouble(
                        every -> every.load().wire().bytes() / (every.interval().toMillis() / 1e3))
                .sum();
    }

    /// Saturating and growing ones, W(1 − e^(−t/θ)) + g·t, with rounds that cost from nothing to a second.
    private static List<Pace.Runner> runners(Random random) {
        var runners = new ArrayList<Pace.Runner>();
        int count = 1 + random.nextInt(6);
        boolean dear = random.nextBoolean();
        for (int i = 0; i < count; i++) {
            double hot = random.nextDouble() * 2e9;
            double theta = 1 + random.nextDouble() * 30;
            double growth = random.nextDouble() * 5e6;
            double rate = 1e8;
            Pace.LoadCurve curve = interval -> {
                double seconds = interval.toMillis() / 1e3;
                double bytes = hot * (1 - Math.exp(-seconds / theta)) + growth * seconds;
                return new Pace.Load(
                        new ByteCount((long) bytes), Duration.ofMillis((long) (1.3 * bytes / rate * 1e3) + 200));
            };
            runners.add(new Pace.Runner(
                    id("w" + i),
                    1 + random.nextInt(100),
                    curve,
                    dear ? DEAR : Duration.ofMillis(random.nextInt(1000))));
        }
        return runners;
    }

    private static Pace only(Pacing pacing, Pace.Runner runner) {
        return pacing.of(List.of(runner)).getFirst();
    }

    private static Pacing pacing(int windowSeconds, double megabytes) {
        return new Pacing(
                Duration.ofSeconds(windowSeconds),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                ByteRate.ofMegabytes(megabytes),
                Duration.ofHours(10));
    }

    /// @param linkSeconds of link for every second of the interval
    private static Pace.Runner growing(
            String name, double value, double bytesPerSecond, double linkSeconds, Duration roundCost) {
        return new Pace.Runner(
                id(name),
                value,
                interval -> new Pace.Load(
                        new ByteCount((long) (bytesPerSecond * interval.toMillis() / 1e3)),
                        Duration.ofMillis((long) (interval.toMillis() * linkSeconds))),
                roundCost);
    }

    private static Pace.Runner constant(String name, long millis) {
        return constant(name, millis, 1);
    }

    private static Pace.Runner constant(String name, long millis, double value) {
        return new Pace.Runner(id(name), value, _ -> new Pace.Load(new ByteCount(1), Duration.ofMillis(millis)), DEAR);
    }

    private static WorkloadId id(String name) {
        return new WorkloadId("test", name);
    }
}
