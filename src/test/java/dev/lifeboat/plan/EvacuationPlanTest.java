package dev.lifeboat.plan;

import static dev.lifeboat.plan.Situations.candidate;
import static dev.lifeboat.plan.Situations.checkpoint;
import static dev.lifeboat.plan.Situations.drain;
import static dev.lifeboat.plan.Situations.forecast;
import static dev.lifeboat.plan.Situations.grouped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EvacuationPlanTest {
    private static final Duration WINDOW = Duration.ofSeconds(100);

    @Test
    void savesWhatEndsJustBeforeOrAtItsDeadlineAndDrainsWhatEndsJustAfter() {
        assertThat(choiceOf(99.999)).isInstanceOf(Choice.Save.class);
        assertThat(choiceOf(100)).isInstanceOf(Choice.Save.class);
        assertThat(choiceOf(100.001)).isInstanceOf(Choice.Drain.class);
    }

    @Test
    void saysByHowMuchARungMissed() {
        Decision decision = only(Situations.of(WINDOW, candidate("a", 1, checkpoint("live", 118), drain())));
        assertThat(decision.ladder())
                .containsExactly(
                        new RungVerdict.Refused("live", new Refusal.TooLong(Duration.ofSeconds(118), WINDOW)),
                        new RungVerdict.Taken("drain"));
        assertThat(new Refusal.TooLong(Duration.ofSeconds(118), WINDOW).over()).isEqualTo(Duration.ofSeconds(18));
    }

    @Test
    void plansAtTheConfidenceThatThePolicyAsksFor() {
        var sure = new Terms(1, null, Duration.ZERO, new Confidence(0.99), Terms.WhenUnknown.NEXT_RUNG);
        // p95 90 s, p99 112.5 s
        assertThat(only(Situations.of(WINDOW, candidate("a", sure, checkpoint("live", 90), drain())))
                        .choice())
                .isInstanceOf(Choice.Drain.class);
    }

    @Test
    void keepsTheReserveOfThePolicyBack() {
        var reserved = new Terms(1, null, Duration.ofSeconds(20), Confidence.P95, Terms.WhenUnknown.NEXT_RUNG);
        assertThat(only(Situations.of(WINDOW, candidate("a", reserved, checkpoint("live", 81), drain())))
                        .choice())
                .isInstanceOf(Choice.Drain.class);
    }

    @Test
    void saysWhoWasOutrankedAndByHowMuch() {
        EvacuationPlan plan = EvacuationPlan.draw(Situations.of(
                WINDOW,
                candidate("dear", 10, checkpoint("live", 70), drain()),
                candidate("cheap", 1, checkpoint("live", 40), drain())));
        assertThat(of(plan, "cheap").ladder().getFirst())
                .isEqualTo(new RungVerdict.Refused(
                        "live", new Refusal.Outranked(Duration.ofSeconds(40), Duration.ofSeconds(30))));
    }

    @Test
    void spendsSlackOnRoundsThatShortenTheFreeze() {
        var live = new Way.Checkpoint(
                "live",
                Gate.OPEN,
                List.of(forecast(0, 50, 50), forecast(1, 70, 10), forecast(2, 101, 1)),
                Duration.ofHours(1));
        assertThat(save(only(Situations.of(WINDOW, candidate("a", 1, live)))).rounds())
                .isEqualTo(1);
    }

    @Test
    void neverSpendsOnRoundsWhatAnotherWorkloadNeeds() {
        var live = new Way.Checkpoint(
                "live", Gate.OPEN, List.of(forecast(0, 50, 50), forecast(1, 70, 10)), Duration.ofHours(1));
        EvacuationPlan plan = EvacuationPlan.draw(
                Situations.of(WINDOW, candidate("a", 9, live), candidate("b", 1, checkpoint("live", 40))));
        assertThat(save(of(plan, "a")).rounds()).isZero();
        assertThat(of(plan, "b").choice()).isInstanceOf(Choice.Save.class);
    }

    @Test
    void takesTheFewestRoundsThatKeepTheFreezeInItsLimit() {
        var live = new Way.Checkpoint(
                "live", Gate.OPEN, List.of(forecast(0, 50, 50), forecast(1, 70, 3)), Duration.ofSeconds(3));
        assertThat(save(only(Situations.of(WINDOW, candidate("a", 1, live)))).rounds())
                .isEqualTo(1);
    }

    @Test
    void refusesAFreezeThatNoNumberOfRoundsMakesShortEnough() {
        var live = new Way.Checkpoint(
                "live", Gate.OPEN, List.of(forecast(0, 50, 50), forecast(1, 70, 4)), Duration.ofSeconds(3));
        assertThat(only(Situations.of(WINDOW, candidate("a", 1, live, drain())))
                        .ladder()
                        .getFirst())
                .isEqualTo(new RungVerdict.Refused(
                        "live", new Refusal.FreezeTooLong(Duration.ofSeconds(4), Duration.ofSeconds(3))));
    }

    @Test
    void refusesAFreezeThatThePolicyAllowsAndTheWorkloadDoesNotBear() {
        var live = new Way.Checkpoint(
                "live", Gate.OPEN, List.of(forecast(0, 50, 4)), Duration.ofSeconds(5), Duration.ofSeconds(3));
        assertThat(only(Situations.of(WINDOW, candidate("a", 1, live, drain())))
                        .ladder()
                        .getFirst())
                .isEqualTo(new RungVerdict.Refused(
                        "live", new Refusal.NotBorne(Duration.ofSeconds(4), Duration.ofSeconds(3))));
    }

    @Test
    void savesAGroupWholeOrNotAtAll() {
        Candidate[] ranks = {
            candidate("r0", grouped(5, "mpi"), checkpoint("live", 60), drain()),
            candidate("r1", grouped(5, "mpi"), checkpoint("live", 60), drain())
        };
        EvacuationPlan tooShort = EvacuationPlan.draw(Situations.of(WINDOW, ranks));
        assertThat(tooShort.decisions()).allMatch(decision -> decision.choice() instanceof Choice.Drain);
        EvacuationPlan enough = EvacuationPlan.draw(Situations.of(Duration.ofMinutes(2), ranks));
        assertThat(enough.decisions()).allMatch(decision -> decision.choice() instanceof Choice.Save);
    }

    @Test
    void aMemberThatCannotBeSavedKeepsItsGroupFromBeingSaved() {
        var closed = new Way.Checkpoint(
                "live",
                new Gate.Closed("workload.ready", "workload.ready = false"),
                List.of(forecast(0, 1, 1)),
                Duration.ofHours(1));
        EvacuationPlan plan = EvacuationPlan.draw(Situations.of(
                WINDOW,
                candidate("r0", grouped(5, "mpi"), checkpoint("live", 1), drain()),
                candidate("r1", grouped(5, "mpi"), closed, drain())));
        assertThat(of(plan, "r0").ladder().getFirst())
                .isEqualTo(new RungVerdict.Refused("live", new Refusal.GroupIncomplete(new WorkloadId("test", "r1"))));
    }

    @Test
    void whatCannotBeForecastIsRefusedUnderItsOwnReason() {
        assertThat(only(Situations.of(WINDOW, unknown(Terms.WhenUnknown.NEXT_RUNG)))
                        .ladder()
                        .getFirst())
                .isEqualTo(new RungVerdict.Refused(
                        "live", new Refusal.EstimateUnknown(Estimate.UnknownReason.NOTHING_MEASURED)));
    }

    @Test
    void whatCannotBeForecastIsTriedAfterAllThatCanIfThePolicySaysSo() {
        EvacuationPlan plan = EvacuationPlan.draw(Situations.of(
                WINDOW, unknown(Terms.WhenUnknown.TRY_LAST), candidate("known", 1, checkpoint("live", 60))));
        assertThat(save(of(plan, "unknown")).slot().starts()).isEqualTo(Duration.ofSeconds(60));
        assertThat(save(of(plan, "unknown")).estimate()).isInstanceOf(Estimate.Unknown.class);
    }

    @Test
    void aSaveUnderWayKeepsTheLink() {
        Candidate underWay = Situations.with(
                candidate("old", 1, checkpoint("live", 80), drain()),
                new Progress.Saving("live", 0, forecast(0, 50, 50)));
        EvacuationPlan plan = EvacuationPlan.draw(
                Situations.of(WINDOW, underWay, candidate("new", 1000, checkpoint("live", 60), drain())));
        assertThat(save(of(plan, "old")).slot().starts()).isZero();
        assertThat(of(plan, "new").choice()).isInstanceOf(Choice.Drain.class);
    }

    @Test
    void aCheckpointWaitsInTheStoreWhileNoNodeHasRoom() {
        Candidate large = Situations.with(
                candidate("a", 1, checkpoint("live", 60), drain()), Needs.of(ByteCount.ofMebi(2_000_000)));
        assertThat(save(only(Situations.of(WINDOW, large))).target()).isNull();
    }

    @Test
    void twoWorkloadsAreNotPromisedTheSameRoom() {
        Needs most = Needs.of(ByteCount.ofMebi(600_000));
        EvacuationPlan plan = EvacuationPlan.draw(Situations.of(
                WINDOW,
                Situations.with(candidate("a", 2, checkpoint("live", 10)), most),
                Situations.with(candidate("b", 1, checkpoint("live", 10)), most)));
        assertThat(save(of(plan, "a")).target()).isEqualTo(Situations.SURVIVOR);
        assertThat(save(of(plan, "b")).target()).isNull();
    }

    @Test
    void theOrderOfCandidatesDecidesNothing() {
        for (long seed = 0; seed < 500; seed++) {
            Situation situation = Situations.random(seed, 10);
            var shuffled = new ArrayList<>(situation.candidates());
            Collections.shuffle(shuffled, new Random(seed));
            Situation other = new Situation(
                    situation.node(),
                    situation.window(),
                    situation.now(),
                    situation.uplink(),
                    shuffled,
                    situation.offers(),
                    situation.reclaims());
            assertThat(EvacuationPlan.draw(other)).as("seed %d", seed).isEqualTo(EvacuationPlan.draw(situation));
        }
    }

    @Test
    void everyPlanDecidesOnEveryWorkloadOnceAndMeetsItsOwnDeadlines() {
        for (long seed = 0; seed < 2_000; seed++) {
            Situation situation = Situations.random(seed, 12);
            EvacuationPlan plan = EvacuationPlan.draw(situation);
            assertThat(plan.decisions().stream()
                            .map(Decision::workload)
                            .sorted(byName())
                            .toList())
                    .as("seed %d", seed)
                    .isEqualTo(situation.candidates().stream()
                            .map(Candidate::id)
                            .sorted(byName())
                            .toList());
            for (Decision decision : plan.decisions()) {
                if (decision.choice() instanceof Choice.Save save) {
                    assertThat(save.slot().slack()).as("seed %d", seed).isGreaterThanOrEqualTo(Duration.ZERO);
                    assertThat(save.slot().ends()).as("seed %d", seed).isLessThanOrEqualTo(situation.usable());
                }
                assertThat(decision.ladder().stream()
                                .filter(RungVerdict.Taken.class::isInstance)
                                .count())
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    private static java.util.Comparator<WorkloadId> byName() {
        return java.util.Comparator.comparing(WorkloadId::toString);
    }

    private static Choice choiceOf(double seconds) {
        return only(Situations.of(WINDOW, candidate("a", 1, checkpoint("live", seconds), drain())))
                .choice();
    }

    private static Candidate unknown(Terms.WhenUnknown stance) {
        return candidate(
                "unknown",
                new Terms(5, null, Duration.ZERO, Confidence.P95, stance),
                new Way.Checkpoint(
                        "live",
                        Gate.OPEN,
                        List.of(new Estimate.Unknown(Estimate.UnknownReason.NOTHING_MEASURED)),
                        Duration.ofHours(1)),
                drain());
    }

    private static Decision only(Situation situation) {
        return EvacuationPlan.draw(situation).decisions().getFirst();
    }

    private static Decision of(EvacuationPlan plan, String name) {
        return plan.of(new WorkloadId("test", name)).orElseThrow();
    }

    private static Choice.Save save(Decision decision) {
        return (Choice.Save) decision.choice();
    }
}
