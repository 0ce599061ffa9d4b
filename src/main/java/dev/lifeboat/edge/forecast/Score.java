package dev.lifeboat.edge.forecast;

import java.util.Arrays;

/// Adds up how one model did.
final class Score {
    private static final double TWO_SIDED_95 = 1.959963984540054;

    private int count;
    private int covered95;
    private int covered99;
    private double pinball;
    private double relativePinball;
    private double[] widths = new double[1024];
    private int accepted;
    private int missed;
    private int fitting;
    private int rejected;

    void add(Answer answer, double actual, double[] windows) {
        covered95 += actual <= answer.p95() ? 1 : 0;
        covered99 += actual <= answer.p99() ? 1 : 0;
        double loss = actual > answer.p95() ? 0.95 * (actual - answer.p95()) : 0.05 * (answer.p95() - actual);
        pinball += loss;
        relativePinball += loss / actual;
        if (count == widths.length) {
            widths = Arrays.copyOf(widths, Math.max(1024, count * 2));
        }
        widths[count++] = answer.p95() / actual;
        for (double window : windows) {
            decide(answer.accepts().test(window), actual <= window);
        }
    }

    void merge(Score other) {
        covered95 += other.covered95;
        covered99 += other.covered99;
        pinball += other.pinball;
        relativePinball += other.relativePinball;
        widths = Arrays.copyOf(widths, Math.max(1024, count + other.count));
        System.arraycopy(other.widths, 0, widths, count, other.count);
        count += other.count;
        accepted += other.accepted;
        missed += other.missed;
        fitting += other.fitting;
        rejected += other.rejected;
    }

    private void decide(boolean accepts, boolean fits) {
        accepted += accepts ? 1 : 0;
        missed += accepts && !fits ? 1 : 0;
        fitting += fits ? 1 : 0;
        rejected += !accepts && fits ? 1 : 0;
    }

    /// All figures; see docs/reference/bench-forecast.md.
    Figures figures() {
        return new Figures(
                count,
                share(covered95, count),
                wilson(covered95, count),
                share(covered99, count),
                wilson(covered99, count),
                pinball / Math.max(count, 1),
                relativePinball / Math.max(count, 1),
                median(),
                accepted,
                missed,
                share(missed, accepted),
                fitting,
                rejected,
                share(rejected, fitting));
    }

    record Figures(
            int predictions,
            double coverage95,
            Interval coverage95Interval,
            double coverage99,
            Interval coverage99Interval,
            double pinball95Seconds,
            double pinball95Relative,
            double sharpness,
            int accepted,
            int missed,
            double missedOfAccepted,
            int fitting,
            int falselyRejected,
            double falseRejects) {}

    record Interval(double low, double high) {}

    private static double share(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    /// Wilson's interval at 95 % (JASA 1927), right also near 0 and 1.
    static Interval wilson(int hits, int count) {
        if (count == 0) {
            return new Interval(0, 1);
        }
        double z = TWO_SIDED_95;
        double p = (double) hits / count;
        double centre = p + z * z / (2 * count);
        double half = z * Math.sqrt(p * (1 - p) / count + z * z / (4.0 * count * count));
        double scale = 1 + z * z / count;
        return new Interval(Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale));
    }

    private double median() {
        double[] sorted = Arrays.copyOf(widths, count);
        Arrays.sort(sorted);
        return count == 0 ? 0 : sorted[count / 2];
    }
}
