package dev.lifeboat.plan;

import static dev.lifeboat.plan.Situations.forecast;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FallbackTest {
    private static final Estimate TOO_LONG = seconds(60);

    /// What each level would take, in seconds, L0 to L4; 30 s are left.
    @Test
    void takesTheFirstLevelThatFits() {
        assertThat(level(20, 10, 9, 8, 7)).isEqualTo(Fallback.Level.L0_GO_ON);
        assertThat(level(31, 30, 9, 8, 7)).isEqualTo(Fallback.Level.L1_FREEZE_NOW);
        assertThat(level(60, 31, 30, 8, 7)).isEqualTo(Fallback.Level.L2_CHANGE_CODEC);
        assertThat(level(60, 60, 31, 30, 7)).isEqualTo(Fallback.Level.L3_SPILL);
        assertThat(level(60, 60, 60, 31, 30)).isEqualTo(Fallback.Level.L4_DROP);
        assertThat(level(60, 60, 60, 60, 31)).isEqualTo(Fallback.Level.L5_KEEP_BACKGROUND);
    }

    @Test
    void aForecastThatEndsJustBeforeOrAtTheDeadlineFitsAndOneThatEndsJustAfterDoesNot() {
        assertThat(level(29.999, 1, 1, 1, 1)).isEqualTo(Fallback.Level.L0_GO_ON);
        assertThat(level(30, 1, 1, 1, 1)).isEqualTo(Fallback.Level.L0_GO_ON);
        assertThat(level(30.001, 1, 1, 1, 1)).isEqualTo(Fallback.Level.L1_FREEZE_NOW);
    }

    @Test
    void withoutAnyCompleteCheckpointTheWorkloadIsTold() {
        assertThat(Fallback.pick(straits(TOO_LONG, List.of(), null)))
                .isEqualTo(new Fallback.Signal(Duration.ofSeconds(30)));
    }

    @Test
    void theLastCompleteCheckpointSaysWhatIsLost() {
        var background = new Straits.Background(Duration.ofSeconds(70));
        assertThat(Fallback.pick(straits(TOO_LONG, List.of(), background)))
                .isEqualTo(new Fallback.KeepBackground(Duration.ofSeconds(70), Duration.ofSeconds(30)));
    }

    @Test
    void whatNobodyCanForecastDoesNotFit() {
        Estimate unknown = new Estimate.Unknown(Estimate.UnknownReason.STALE);
        assertThat(Fallback.pick(straits(unknown, List.of(), null))).isInstanceOf(Fallback.Signal.class);
    }

    @Test
    void dropsTheFewestFromTheOneWorthLeastPerRemainingSecond() {
        List<Straits.Rival> rivals = List.of(rival(4, 10, 20, "c"), rival(1, 10, 40, "a"), rival(2, 10, 25, "b"));
        assertThat(Fallback.pick(straits(TOO_LONG, rivals, null)))
                .isInstanceOfSatisfying(
                        Fallback.Drop.class, drop -> assertThat(drop.dropped()).containsExactly(id("a"), id("b")));
    }

    @Test
    void dropsAGroupWhole() {
        assertThat(Fallback.pick(straits(TOO_LONG, List.of(rival(2, 10, 25, "r0", "r1")), null)))
                .isInstanceOfSatisfying(
                        Fallback.Drop.class, drop -> assertThat(drop.dropped()).containsExactly(id("r0"), id("r1")));
    }

    @Test
    void neverDropsWhatIsWorthAsMuchAsWhatItMakesRoomFor() {
        assertThat(Fallback.pick(straits(TOO_LONG, List.of(rival(10, 10, 1, "a")), null)))
                .isInstanceOf(Fallback.Signal.class);
        // Each is worth less per second, but together they are worth more.
        List<Straits.Rival> two = List.of(rival(6, 30, 40, "a"), rival(6, 30, 1, "b"));
        assertThat(Fallback.pick(straits(TOO_LONG, two, null))).isInstanceOf(Fallback.Signal.class);
    }

    @Test
    void moreTimeNeverMeansALowerLevel() {
        Fallback.Level before = Fallback.Level.L6_SIGNAL;
        for (int left = 0; left <= 70; left++) {
            Fallback.Level level =
                    Fallback.pick(straits(left, 60, 50, 40, 30, 20)).level();
            assertThat(level).as("%d s left", left).isLessThanOrEqualTo(before);
            before = level;
        }
        assertThat(before).isEqualTo(Fallback.Level.L0_GO_ON);
    }

    @Test
    void everyLevelExplainsItselfWithItsNumbers() {
        assertThat(Stream.of(70, 55, 45, 35, 25, 15)
                        .map(left -> Fallback.pick(straits(left, 60, 50, 40, 30, 20)))
                        .map(Fallback::explanation))
                .doesNotHaveDuplicates()
                .allMatch(sentence -> sentence.contains("PT"));
        assertThat(Fallback.pick(straits(45, 60, 50, 40, 30, 20)).explanation())
                .isEqualTo("the codec is what holds it up; compressed faster, it needs PT40S of PT45S");
    }

    private static Fallback.Level level(double... seconds) {
        return Fallback.pick(straits(30, seconds)).level();
    }

    private static Straits straits(int left, double... seconds) {
        Estimate[] estimates =
                Arrays.stream(seconds).mapToObj(FallbackTest::seconds).toArray(Estimate[]::new);
        return new Straits(
                Duration.ofSeconds(left),
                Confidence.P95,
                estimates[0],
                estimates[1],
                Straits.Bound.CODEC,
                estimates[2],
                new Straits.Spilling(Situations.SURVIVOR, estimates[3]),
                new Straits.Claimed(10, Duration.ofSeconds(10)),
                List.of(rival(1, 10, seconds[4], "a")),
                new Straits.Background(Duration.ofMinutes(1)));
    }

    private static Straits straits(Estimate all, List<Straits.Rival> rivals, Straits.@Nullable Background background) {
        return new Straits(
                Duration.ofSeconds(30),
                Confidence.P95,
                all,
                all,
                Straits.Bound.LINK,
                null,
                null,
                new Straits.Claimed(10, Duration.ofSeconds(10)),
                rivals,
                background);
    }

    private static Straits.Rival rival(double value, int remaining, double without, String... members) {
        return new Straits.Rival(
                Arrays.stream(members).map(FallbackTest::id).toList(),
                new Straits.Claimed(value, Duration.ofSeconds(remaining)),
                seconds(without));
    }

    private static Estimate seconds(double p95) {
        return forecast(0, p95, p95);
    }

    private static WorkloadId id(String name) {
        return new WorkloadId("test", name);
    }
}
