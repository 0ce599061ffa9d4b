package dev.lifeboat.plan;

import static dev.lifeboat.plan.Situations.candidate;
import static dev.lifeboat.plan.Situations.checkpoint;
import static dev.lifeboat.plan.Situations.drain;
import static dev.lifeboat.plan.Situations.forecast;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RedrawTest {
    private static final Duration WINDOW = Duration.ofSeconds(100);

    @Test
    void whatIsDrawnAgainUnchangedStands() {
        for (long seed = 0; seed < 300; seed++) {
            Situation situation = Situations.random(seed, 8);
            EvacuationPlan plan = EvacuationPlan.draw(situation);
            assertThat(shape(plan.redraw(situation))).as("seed %d", seed).isEqualTo(shape(plan));
        }
    }

    @Test
    void aWaitingSaveStandsDownToItsDeadBandAndNotBelow() {
        // p50 is two thirds of p95: the probability is 90 % where the bound is 9.4 % too long.
        EvacuationPlan plan = EvacuationPlan.draw(alone(100));
        assertThat(shape(plan.redraw(alone(100.001)))).isEqualTo(shape(plan));
        assertThat(shape(plan.redraw(alone(109)))).isEqualTo(shape(plan));
        assertThat(first(plan.redraw(alone(110)))).isInstanceOf(Choice.Drain.class);
    }

    @Test
    void whatWasGivenUpComesBackOnlyAtItsFullConfidence() {
        EvacuationPlan plan = EvacuationPlan.draw(alone(110));
        assertThat(first(plan.redraw(alone(100.001)))).isInstanceOf(Choice.Drain.class);
        assertThat(first(plan.redraw(alone(100)))).isInstanceOf(Choice.Save.class);
    }

    @Test
    void aSmallGainChangesNothingAndALargeOneDoes() {
        EvacuationPlan plan = EvacuationPlan.draw(rivals(100, 90));
        assertThat(saved(plan)).containsExactly("a");
        assertThat(saved(plan.redraw(rivals(100, 105)))).containsExactly("a");
        assertThat(saved(plan.redraw(rivals(100, 150)))).containsExactly("b");
    }

    @Test
    void aSaveUnderWayStaysThoughItNoLongerFitsAndItsRivalIsWorthALittleMore() {
        EvacuationPlan plan = EvacuationPlan.draw(underWay(90, 1));
        Choice.Save late = (Choice.Save) first(plan.redraw(underWay(115, 1)));
        assertThat(late.slot().slack()).isEqualTo(Duration.ofSeconds(-15));
        assertThat(late.estimate()).isEqualTo(forecast(0, 115, 115));
    }

    @Test
    void aSaveUnderWayThatFitsIsNeverDroppedWhateverTheGain() {
        EvacuationPlan plan = EvacuationPlan.draw(underWay(90, 1));
        assertThat(saved(plan.redraw(underWay(90, 1000)))).containsExactly("old");
        assertThat(saved(plan.redraw(underWay(105, 1000)))).containsExactly("old");
    }

    @Test
    void aHopelessSaveUnderWayGivesWayToALargeGain() {
        EvacuationPlan plan = EvacuationPlan.draw(underWay(90, 1));
        assertThat(saved(plan.redraw(underWay(180, 1000)))).containsExactly("new");
    }

    @Test
    void whoeverIsNotInThePlanIsDecidedOn() {
        EvacuationPlan plan = EvacuationPlan.draw(alone(50));
        EvacuationPlan redrawn = plan.redraw(Situations.of(
                WINDOW,
                candidate("a", 1, checkpoint("live", 50), drain()),
                candidate("b", 0.01, checkpoint("live", 20), drain())));
        assertThat(saved(redrawn)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whoeverIsDoneLeavesThePlan() {
        EvacuationPlan plan = EvacuationPlan.draw(rivals(40, 90));
        EvacuationPlan redrawn =
                plan.redraw(Situations.of(WINDOW, candidate("b", 90, checkpoint("live", 40), drain())));
        assertThat(redrawn.decisions()).extracting(Decision::workload).containsExactly(new WorkloadId("test", "b"));
        assertThat(((Choice.Save) first(redrawn)).slot().starts()).isZero();
    }

    @Test
    void aNoisyLinkDoesNotMakeThePlanFlap() {
        int standing = 0;
        int drawnEachTime = 0;
        for (long seed = 0; seed < 40; seed++) {
            standing += new Voyage(seed).changes(EvacuationPlan::redraw);
            drawnEachTime += new Voyage(seed).changes((_, situation) -> EvacuationPlan.draw(situation));
        }
        // 40 windows of 160 ticks each.
        assertThat(standing).as("changes of who is saved, or in which order").isLessThanOrEqualTo(40);
        assertThat(drawnEachTime).as("without hysteresis").isGreaterThan(10 * Math.max(1, standing));
    }

    @Test
    void aBandwidthStepIsAnsweredWithinTheSameTick() {
        for (long seed = 0; seed < 40; seed++) {
            var voyage = new Voyage(seed);
            EvacuationPlan plan = EvacuationPlan.draw(voyage.situation(0, 1));
            Situation slow = voyage.situation(1, 0.3);
            EvacuationPlan redrawn = plan.redraw(slow);
            assertThat(new Standing(redrawn, slow).broken()).as("seed %d", seed).isFalse();
            assertThat(new Standing(redrawn, slow).worth())
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(new Standing(EvacuationPlan.draw(slow), slow).worth() / 1.1);
            assertThat(saved(redrawn).size())
                    .as("seed %d", seed)
                    .isLessThan(saved(plan).size());
        }
    }

    private interface Draws {
        EvacuationPlan next(EvacuationPlan previous, Situation situation);
    }

    /// One window of 40 s on a node with about twice as much to save as fits, first save under way; the momentary
    /// rate is a first-order autoregression in its logarithm.
    private static final class Voyage {
        private static final int TICKS = 160;

        private final Random random;
        private final double[] seconds = new double[6];
        private final double[] values = new double[6];
        private int underWay = -1;

        Voyage(long seed) {
            random = new Random(seed);
            for (int i = 0; i < seconds.length; i++) {
                seconds[i] = 6 + random.nextDouble() * 16;
                values[i] = 10 + random.nextInt(90);
            }
        }

        private boolean done(int i) {
            return seconds[i] <= 0;
        }

        private Candidate waiting(int i, double rate) {
            return candidate("w" + i, values[i], checkpoint("live", seconds[i] / rate), drain());
        }

        /// Forecasts as they are when the link has just been so much slower or faster.
        Situation situation(int tick, double rate) {
            var candidates = new ArrayList<Candidate>();
            for (int i = 0; i < seconds.length; i++) {
                if (i == underWay && !done(i)) {
                    double left = seconds[i] / rate;
                    candidates.add(
                            Situations.with(waiting(i, rate), new Progress.Saving("live", 0, forecast(0, left, left))));
                } else if (!done(i)) {
                    candidates.add(waiting(i, rate));
                }
            }
            return Situations.of(Duration.ofMillis(40_000 - 250L * tick), candidates, List.of(Situations.offer("n")));
        }

        int changes(Draws draws) {
            EvacuationPlan plan = EvacuationPlan.draw(situation(0, 1));
            double log = 0;
            int changes = 0;
            for (int tick = 1; tick < TICKS && !saved(plan).isEmpty(); tick++) {
                log = 0.9 * log + 0.02 * random.nextGaussian();
                String finished = advance(saved(plan).getFirst());
                EvacuationPlan next = draws.next(plan, situation(tick, Math.exp(log)));
                var expected = new ArrayList<>(saved(plan));
                expected.remove(finished);
                changes += saved(next).equals(expected) ? 0 : 1;
                plan = next;
            }
            return changes;
        }

        /// The head of the plan gets the link for a tick.
        private String advance(String head) {
            underWay = Integer.parseInt(head.substring(1));
            seconds[underWay] -= 0.25;
            return done(underWay) ? head : "";
        }
    }

    private static Situation alone(double seconds) {
        return Situations.of(WINDOW, candidate("a", 1, checkpoint("live", seconds), drain()));
    }

    /// Only one of the two fits if both take more than half the window.
    private static Situation rivals(double seconds, double valueOfB) {
        return Situations.of(
                WINDOW,
                candidate("a", 100, checkpoint("live", seconds), drain()),
                candidate("b", valueOfB, checkpoint("live", seconds), drain()));
    }

    private static Situation underWay(double remaining, double valueOfNew) {
        Candidate old = Situations.with(
                candidate("old", 1, checkpoint("live", 95), drain()),
                new Progress.Saving("live", 0, forecast(0, remaining, remaining)));
        return Situations.of(WINDOW, old, candidate("new", valueOfNew, checkpoint("live", 90), drain()));
    }

    private static Choice first(EvacuationPlan plan) {
        return plan.decisions().getFirst().choice();
    }

    private static List<String> saved(EvacuationPlan plan) {
        return plan.decisions().stream()
                .filter(decision -> decision.choice() instanceof Choice.Save)
                .map(decision -> decision.workload().name())
                .toList();
    }

    /// Who gets what, in which order, whatever the times.
    private static List<String> shape(EvacuationPlan plan) {
        return plan.decisions().stream()
                .map(decision -> decision.workload() + " " + decision.choice().rung() + " " + rounds(decision.choice()))
                .toList();
    }

    private static int rounds(Choice choice) {
        return choice instanceof Choice.Save save ? save.rounds() : 0;
    }
}
