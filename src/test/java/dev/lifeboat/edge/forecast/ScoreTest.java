package dev.lifeboat.edge.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ScoreTest {
    /// Newcombe, Statistics in Medicine 1998, table I: 81 of 263.
    @Test
    void wilsonAgreesWithThePublishedInterval() {
        Score.Interval interval = Score.wilson(81, 263);

        assertThat(interval.low()).isCloseTo(0.2553, within(5e-5));
        assertThat(interval.high()).isCloseTo(0.3662, within(5e-5));
    }

    @Test
    void countsMissesOfTheAcceptedAndRejectsOfTheFitting() {
        var score = new Score();
        double[] windows = {10};
        score.add(Answer.ofPoint(8), 9, windows); // accepted, fits
        score.add(Answer.ofPoint(8), 11, windows); // accepted, missed
        score.add(Answer.ofPoint(12), 9, windows); // falsely rejected
        score.add(Answer.ofPoint(12), 14, windows); // rightly rejected

        Score.Figures figures = score.figures();

        assertThat(figures.missedOfAccepted()).isEqualTo(0.5);
        assertThat(figures.falseRejects()).isEqualTo(0.5);
        assertThat(figures.coverage95()).isEqualTo(0.25);
        // 0.95 above the bound, 0.05 below it: (0.95 + 2.85 + 0.15 + 1.9) / 4.
        assertThat(figures.pinball95Seconds()).isCloseTo(1.4625, within(1e-9));
    }

    @Test
    void mergingIsAddingTogether() {
        var one = new Score();
        var two = new Score();
        var both = new Score();
        for (int i = 1; i < 2000; i++) {
            var answer = Answer.ofQuantiles(i % 7, i % 11);
            (i % 3 == 0 ? one : two).add(answer, i % 5 + 1, new double[] {3});
            both.add(answer, i % 5 + 1, new double[] {3});
        }
        one.merge(two);

        assertThat(one.figures().coverage95()).isEqualTo(both.figures().coverage95());
        assertThat(one.figures().sharpness()).isEqualTo(both.figures().sharpness());
        assertThat(one.figures().missedOfAccepted()).isEqualTo(both.figures().missedOfAccepted());
    }
}
