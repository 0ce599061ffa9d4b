package dev.lifeboat.edge.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.plan.LinkJob;
import dev.lifeboat.plan.Selection;
import dev.lifeboat.quantity.ByteRate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RivalsTest {
    private static final List<LinkJob> TWINS = List.of(job(1, 10, 6), job(1, 10, 6));

    @Test
    void startingEverythingAtOnceSavesNothingOfTwoThatWouldEachFitAlone() {
        assertThat(Rivals.parallel(TWINS)).isZero();
        assertThat(Rivals.earliestFirst(TWINS)).isEqualTo(1);
        assertThat(Rivals.optimum(TWINS)).isEqualTo(1);
    }

    @Test
    void mooreAndHodgsonCountHeadsAndTheOptimumCountsValue() {
        List<LinkJob> jobs = List.of(job(1, 10, 4), job(1, 10, 4), job(9, 10, 9));
        assertThat(Rivals.mooreHodgson(jobs)).isEqualTo(2);
        assertThat(Rivals.optimum(jobs)).isEqualTo(9);
    }

    @Test
    void noRuleBeatsTheOptimumAndThePlannerReachesItOnLoadedNodes() {
        var node = new SyntheticNode(30, ByteRate.ofMegabytes(94), Duration.ofSeconds(35));
        for (int seed = 0; seed < 100; seed++) {
            List<LinkJob> jobs = node.jobs(seed);
            double optimum = Rivals.optimum(jobs) + 1e-9;
            assertThat(Rivals.parallel(jobs)).as("seed %d", seed).isLessThanOrEqualTo(optimum);
            assertThat(Rivals.earliestFirst(jobs)).as("seed %d", seed).isLessThanOrEqualTo(optimum);
            assertThat(Rivals.mooreHodgson(jobs)).as("seed %d", seed).isLessThanOrEqualTo(optimum);
            assertThat(Selection.best(jobs).value(jobs)).as("seed %d", seed).isBetween(0.995 * optimum, optimum);
        }
    }

    private static LinkJob job(double value, long deadline, long length) {
        return new LinkJob(value, deadline, List.of(length));
    }
}
