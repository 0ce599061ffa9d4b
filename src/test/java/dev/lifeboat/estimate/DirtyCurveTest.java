package dev.lifeboat.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

final class DirtyCurveTest {
    @Test
    void rendersASaturatingCurve() {
        DirtyCurve curve = learn(age -> 40e6 * (1 - Math.exp(-age / 2)) + 1e6, 30);

        assertThat(Math.exp(curve.logAt(3))).isCloseTo(32e6, within(4e6));
        assertThat(Math.exp(curve.logAt(60))).isCloseTo(41e6, within(4e6));
    }

    @Test
    void rendersAGrowingCurve() {
        DirtyCurve curve = learn(age -> 20e6 * age, 30);

        assertThat(Math.exp(curve.logAt(1))).isCloseTo(20e6, within(2e6));
        assertThat(Math.exp(curve.logAt(40))).isCloseTo(800e6, within(80e6));
    }

    @Test
    void growsOnBeyondWhatWasSeen() {
        var curve = DirtyCurve.EMPTY;
        for (double age : new double[] {0.2, 0.6, 1.4, 3}) {
            curve = curve.with(age, 20e6 * age);
        }

        assertThat(Math.exp(curve.logAt(30))).isCloseTo(600e6, within(60e6));
    }

    @Test
    void neverFallsAndNeverOutrunsTime() {
        for (int seed = 0; seed < 200; seed++) {
            var curve = any(seed);
            double before = Double.NEGATIVE_INFINITY;
            for (double age = 0.05; age < 200; age *= 1.07) {
                assertThat(curve.logAt(age)).as("seed %d age %s", seed, age).isGreaterThanOrEqualTo(before - 1e-9);
                before = curve.logAt(age);
                assertThat(curve.deviationAt(age)).isPositive().isFinite();
            }
        }
    }

    @Test
    void itsBoundNeverFallsAndNeverIsBelowIt() {
        for (int seed = 0; seed < 200; seed++) {
            var curve = any(seed);
            double before = Double.NEGATIVE_INFINITY;
            for (double age = 0.05; age < 90_000; age *= 1.07) {
                double bound = curve.logBoundAt(age, 1.645);
                assertThat(bound)
                        .as("seed %d age %s", seed, age)
                        .isGreaterThanOrEqualTo(before - 1e-9)
                        .isGreaterThanOrEqualTo(curve.logAt(age));
                before = bound;
            }
        }
    }

    @Test
    void whatWasOnlySeenOldIsNoSmallerYoung() {
        var curve = DirtyCurve.EMPTY.with(60, 1e9);
        assertThat(Math.exp(curve.logBoundAt(1, 1.645))).isGreaterThan(1e9);
    }

    @Test
    void followsAPhaseChangeWithinTwoWindows() {
        DirtyCurve curve = learn(_ -> 10e6, 50);
        double calm = curve.deviationAt(1.4);
        for (int window = 0; window < 2; window++) {
            for (double age : new double[] {0.2, 0.6, 1.4, 3}) {
                curve = curve.with(age, 100e6);
            }
        }

        assertThat(Math.exp(curve.logAt(1.4))).isGreaterThan(40e6);
        assertThat(curve.deviationAt(1.4)).isGreaterThan(2 * calm);
    }

    private static DirtyCurve learn(DoubleUnaryOperator truth, int windows) {
        var random = new Random(3);
        var curve = DirtyCurve.EMPTY;
        for (int i = 0; i < windows; i++) {
            for (double age : new double[] {0.2, 0.6, 1.4, 3, 5 + 20 * random.nextDouble(), 60}) {
                curve = curve.with(age, truth.applyAsDouble(age) * Math.exp(0.05 * random.nextGaussian()));
            }
        }
        return curve;
    }

    private static DirtyCurve any(int seed) {
        var random = new Random(seed);
        var curve = DirtyCurve.EMPTY;
        for (int i = 0; i < 1 + random.nextInt(40); i++) {
            curve = curve.with(0.05 + 70 * random.nextDouble() * random.nextDouble(), 1 + 1e9 * random.nextDouble());
        }
        return curve;
    }
}
