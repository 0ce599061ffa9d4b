package dev.lifeboat.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class GuessTest {
    @Test
    void aResidualAndItsDurationAreTwoSidesOfOneRisingFunction() {
        for (int seed = 0; seed < 500; seed++) {
            Point.Guess guess = draw(new Random(seed));
            double before = 0;
            for (double residual = -5; residual < 5; residual += 0.1) {
                double seconds = guess.at(residual);
                assertThat(seconds).as("seed %d residual %s", seed, residual).isGreaterThanOrEqualTo(before);
                if (seconds < 99 * guess.seconds() && seconds > 1e-5) {
                    assertThat(guess.residual(seconds)).as("seed %d", seed).isCloseTo(residual, within(1e-3));
                }
                before = seconds;
            }
        }
    }

    @Test
    void dirtCannotAddMoreThanItsRoom() {
        var guess = new Point.Guess(2, 1.5, 0.05, Math.log(3));

        assertThat(guess.at(3)).isLessThan(2 * 3 * Math.exp(3 * 0.05));
        assertThat(guess.at(0)).isEqualTo(2);
    }

    @Test
    void aHundredfoldErrorIsNoErrorOfDegree() {
        var guess = new Point.Guess(1, 0.5);

        assertThat(guess.residual(99)).isFinite();
        assertThat(guess.residual(101)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(guess.at(Double.POSITIVE_INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(guess.at(Double.NEGATIVE_INFINITY)).isZero();
    }

    private static Point.Guess draw(Random random) {
        double spread = 0.02 + 2 * random.nextDouble();
        double endless = Math.max(0.02, spread * random.nextDouble());
        return new Point.Guess(
                0.01 + 100 * random.nextDouble(), spread, Math.min(endless, spread), 3 * random.nextDouble());
    }
}
