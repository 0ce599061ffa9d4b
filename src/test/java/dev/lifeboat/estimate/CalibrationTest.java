package dev.lifeboat.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CalibrationTest {
    private static final int CAPACITY = 400;

    /// Split conformal's theorem: P(next ≤ bound) = ⌈(n + 1)α⌉ / (n + 1) exactly, for any continuous distribution.
    @ParameterizedTest
    @CsvSource({"19, 0.95", "40, 0.95", "99, 0.95", "99, 0.99", "200, 0.99"})
    void coversExactlyAsOftenAsPromisedOnExchangeableResiduals(int size, double level) {
        int trials = 20_000;
        int covered = 0;
        for (int seed = 0; seed < trials; seed++) {
            var random = new Random(seed);
            var values = new ArrayList<Double>();
            for (int i = 0; i < size; i++) {
                values.add(skewed(random));
            }
            covered += skewed(random) <= Residuals.of(values).bound(level) ? 1 : 0;
        }
        double exact = Math.ceil((size + 1) * level - 1e-9) / (size + 1);
        double fourDeviations = 4 * Math.sqrt(exact * (1 - exact) / trials);
        assertThat((double) covered / trials)
                .as("%d residuals at %s", size, level)
                .isCloseTo(exact, within(fourDeviations));
        assertThat(exact).isGreaterThanOrEqualTo(level);
    }

    private static double skewed(Random random) {
        return Math.exp(random.nextGaussian());
    }

    /// Gibbs and Candès' bound needs no assumption on the sequence, so the sequences are as nasty as we can make them.
    @ParameterizedTest
    @ValueSource(strings = {"climbing", "alternating regimes", "just above", "sawtooth", "all equal", "heavy tail"})
    void keepsItsLongRunShareOnAnySequence(String kind) {
        int count = 20_000;
        double step = 0.01;
        var calibration = Calibration.EMPTY;
        int judged = 0;
        int covered = 0;
        IntToDoubleFunction sequence = sequence(kind);
        for (int i = 0; i < count; i++) {
            double bound = calibration.residuals().bound(calibration.level95());
            double residual = kind.equals("just above") ? spiteful(bound, i) : sequence.applyAsDouble(i);
            if (calibration.residuals().size() >= Settings.MIN_RESIDUALS) {
                judged++;
                covered += residual <= bound ? 1 : 0;
            }
            calibration = calibration.with(residual, CAPACITY, step);
        }
        // The paper's numerator, and 0.15 of level by which doublings outgrow residuals up to 30,000.
        double bound = (0.95 + step + 0.15) / (step * judged);
        assertThat((double) covered / judged).as(kind).isCloseTo(0.95, within(bound));
    }

    /// Beats the bound by a hair as long as that stays under a ceiling; every other time it keeps still.
    private static double spiteful(double bound, int i) {
        return bound < 30 && i % 2 == 0 ? Math.max(bound, -30) + 1e-6 : -30;
    }

    private static IntToDoubleFunction sequence(String kind) {
        var random = new Random(7);
        return switch (kind) {
            case "climbing" -> i -> i / 100.0 + random.nextGaussian();
            case "alternating regimes" -> i -> random.nextGaussian() * ((i / 500) % 2 == 0 ? 1 : 20);
            case "sawtooth" -> i -> i % 97;
            case "all equal" -> _ -> 1;
            default -> _ -> 1 / Math.max(1e-4, random.nextDouble());
        };
    }

    @Test
    void aCutOffSaveNeverMakesABoundSmaller() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            int size = 1 + random.nextInt(CAPACITY - 1);
            var values = new ArrayList<Double>();
            for (int i = 0; i < size; i++) {
                values.add(random.nextInt(10) == 0 ? Double.POSITIVE_INFINITY : random.nextGaussian());
            }
            var before = Residuals.of(values);
            var after = before.with(Double.POSITIVE_INFINITY, CAPACITY);
            for (double level = 0.05; level < 1.2; level += 0.05) {
                assertThat(after.bound(level))
                        .as("seed %d level %s", seed, level)
                        .isGreaterThanOrEqualTo(before.bound(level));
            }
        }
    }

    @Test
    void countsACutOffSaveAsAMiss() {
        Calibration calibration = calm();

        Calibration after = calibration.with(Double.POSITIVE_INFINITY, CAPACITY, 0.01);

        assertThat(after.level95()).isGreaterThan(calibration.level95());
        assertThat(after.level99()).isGreaterThan(calibration.level99());
    }

    @Test
    void givesNoBoundWhereTooManySavesWereCutOff() {
        Calibration calibration = calm();
        for (int i = 0; i < 50; i++) {
            calibration = calibration.with(Double.POSITIVE_INFINITY, CAPACITY, 0.01);
        }

        assertThat(calibration.quantiles(new Point.Guess(2, 0.1)).p95()).isEqualTo(Quantiles.UNBOUNDED);
    }

    @Test
    void boundsRiseWithTheLevelAlsoBeyondTheRing() {
        for (int seed = 0; seed < 100; seed++) {
            var random = new Random(seed);
            var values = new ArrayList<Double>();
            for (int i = 0; i < 2 + random.nextInt(150); i++) {
                values.add(random.nextGaussian());
            }
            var residuals = Residuals.of(values);
            double before = Double.NEGATIVE_INFINITY;
            for (double level = -0.1; level < 1.3; level += 0.001) {
                double bound = residuals.bound(level);
                assertThat(bound).as("seed %d level %s", seed, level).isGreaterThanOrEqualTo(before);
                before = bound;
            }
        }
    }

    @Test
    void chanceAgreesWithTheQuantiles() {
        Calibration calibration = calm();
        var guess = new Point.Guess(10, 0.2);
        double p95 = calibration.quantiles(guess).p95().toNanos() / 1e9;
        double p99 = calibration.quantiles(guess).p99().toNanos() / 1e9;

        assertThat(calibration.chance(guess, p95)).isCloseTo(0.95, within(0.01));
        assertThat(calibration.chance(guess, p99)).isCloseTo(0.99, within(0.01));
        assertThat(calibration.chance(guess, 0)).isZero();
        assertThat(calibration.chance(guess, 1e-3)).isLessThan(0.01);
        assertThat(calibration.chance(guess, 900)).isGreaterThan(0.99);
    }

    private static Calibration calm() {
        var random = new Random(1);
        var calibration = Calibration.EMPTY;
        for (int i = 0; i < CAPACITY; i++) {
            calibration = calibration.with(random.nextGaussian(), CAPACITY, 0.01);
        }
        return calibration;
    }
}
