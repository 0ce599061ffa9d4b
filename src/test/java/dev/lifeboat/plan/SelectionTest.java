package dev.lifeboat.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SelectionTest {
    private static final int CASES = 1_000;

    @Test
    void savesAtLeast995PerMilleOfTheOptimumAndNeverMore() {
        double worst = 1;
        double sum = 0;
        for (int seed = 0; seed < CASES; seed++) {
            List<LinkJob> jobs = randomJobs(new Random(seed), 12);
            double optimum = optimum(jobs);
            double saved = Selection.best(jobs).value(jobs);
            assertThat(saved).as("seed %d", seed).isLessThanOrEqualTo(optimum + 1e-9);
            double ratio = optimum == 0 ? 1 : saved / optimum;
            worst = Math.min(worst, ratio);
            sum += ratio;
        }
        assertThat(sum / CASES).as("mean over %d seeds", CASES).isGreaterThanOrEqualTo(0.995);
        assertThat(worst).as("the worst of %d seeds", CASES).isGreaterThanOrEqualTo(0.995);
    }

    @Test
    void whatItSelectsMeetsEveryDeadline() {
        for (int seed = 0; seed < CASES; seed++) {
            List<LinkJob> jobs = randomJobs(new Random(seed), 60);
            assertThat(feasible(jobs, Selection.best(jobs).ways()))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    @Test
    void moreTimeNeverLowersTheValue() {
        for (int seed = 0; seed < CASES; seed++) {
            List<LinkJob> jobs = randomJobs(new Random(seed), 12);
            List<LinkJob> later = jobs.stream()
                    .map(job -> new LinkJob(job.value(), job.deadlineMillis() + 500, job.lengthsMillis()))
                    .toList();
            assertThat(Selection.best(later).value(later))
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(Selection.best(jobs).value(jobs) * (1 - 1e-5));
        }
    }

    @Test
    void moreBandwidthNeverLowersTheValue() {
        for (int seed = 0; seed < CASES; seed++) {
            List<LinkJob> jobs = randomJobs(new Random(seed), 12);
            List<LinkJob> faster = jobs.stream()
                    .map(job -> new LinkJob(
                            job.value(),
                            job.deadlineMillis(),
                            job.lengthsMillis().stream()
                                    .map(length -> length * 4 / 5)
                                    .toList()))
                    .toList();
            assertThat(Selection.best(faster).value(faster))
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(Selection.best(jobs).value(jobs) * (1 - 1e-5));
        }
    }

    @Test
    void takesAJobThatEndsJustBeforeOrAtItsDeadlineAndNoneThatEndsJustAfter() {
        assertThat(Selection.best(List.of(job(1, 1000, 999))).ways()).containsExactly(0);
        assertThat(Selection.best(List.of(job(1, 1000, 1000))).ways()).containsExactly(0);
        assertThat(Selection.best(List.of(job(1, 1000, 1001))).ways()).containsExactly(Selection.LEFT_OUT);
    }

    @Test
    void prefersTheFirstWayWhereBothFit() {
        assertThat(Selection.best(List.of(job(1, 1000, 900, 100))).ways()).containsExactly(0);
    }

    @Test
    void takesTheSecondWayWhereThatLetsAnotherJobIn() {
        assertThat(Selection.best(List.of(job(5, 1000, 900, 100), job(1, 1000, 800)))
                        .ways())
                .containsExactly(1, 0);
    }

    @Test
    void breaksATieTheSameWayEveryTime() {
        List<LinkJob> twins = List.of(job(1, 1000, 600), job(1, 1000, 600));
        assertThat(Selection.best(twins)).isEqualTo(Selection.best(twins));
        assertThat(Selection.best(twins).value(twins)).isCloseTo(1, within(1e-12));
    }

    @Test
    void nothingToDoIsNoError() {
        assertThat(Selection.best(List.of()).ways()).isEmpty();
    }

    static LinkJob job(double value, long deadline, long... lengths) {
        return new LinkJob(
                value, deadline, java.util.Arrays.stream(lengths).boxed().toList());
    }

    /// Loads from a third to five times what fits, few or many distinct deadlines, one job in four with a
    /// second way.
    static List<LinkJob> randomJobs(Random random, int most) {
        int count = 1 + random.nextInt(most);
        double load = 0.3 + random.nextDouble() * 4.7;
        long horizon = 5_000L + random.nextInt(60_000);
        int deadlines = 1 + random.nextInt(3);
        var jobs = new ArrayList<LinkJob>();
        for (int i = 0; i < count; i++) {
            long length = 1 + (long) (random.nextDouble() * 2 * load * horizon / count);
            long deadline = horizon - (horizon / 8) * random.nextInt(deadlines);
            double value = random.nextBoolean() ? 1 + random.nextInt(1000) : Math.exp(3 * random.nextGaussian());
            jobs.add(random.nextInt(4) == 0 ? job(value, deadline, length, length / 3) : job(value, deadline, length));
        }
        return jobs;
    }

    /// All ways of all subsets.
    static double optimum(List<LinkJob> jobs) {
        var order = new ArrayList<>(jobs);
        order.sort(java.util.Comparator.comparingLong(LinkJob::deadlineMillis));
        return search(order, 0, 0);
    }

    private static double search(List<LinkJob> jobs, int index, long clock) {
        if (index == jobs.size()) {
            return 0;
        }
        LinkJob job = jobs.get(index);
        double best = search(jobs, index + 1, clock);
        for (long length : job.lengthsMillis()) {
            if (clock + length <= job.deadlineMillis()) {
                best = Math.max(best, job.value() + search(jobs, index + 1, clock + length));
            }
        }
        return best;
    }

    private static boolean feasible(List<LinkJob> jobs, List<Integer> ways) {
        long[] clock = {0};
        return java.util.stream.IntStream.range(0, jobs.size())
                .filter(i -> ways.get(i) != Selection.LEFT_OUT)
                .boxed()
                .sorted(java.util.Comparator.comparingLong(i -> jobs.get(i).deadlineMillis()))
                .allMatch(i -> (clock[0] += jobs.get(i).lengthsMillis().get(ways.get(i)))
                        <= jobs.get(i).deadlineMillis());
    }
}
