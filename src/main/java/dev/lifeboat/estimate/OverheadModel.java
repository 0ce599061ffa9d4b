package dev.lifeboat.estimate;

import java.util.List;

/// Seconds of a stage that are not transfer: c0 + c1 · pages scanned + c2 · tasks, by recursive least squares with
/// forgetting (Haykin, Adaptive Filter Theory, ch. 10). Immutable.
///
/// @param weights c0, c1 per 10^5 pages, c2 per 10 tasks
/// @param inverse 3 × 3 inverse correlation, by rows
/// @param noise smoothed squared error, s²
record OverheadModel(List<Double> weights, List<Double> inverse, double noise, int count) {
    private static final int TERMS = 3;
    private static final double FORGETTING = 0.998;
    private static final double NOISE_GAIN = 0.05;

    /// Assumed, give or take as much, until something was measured: no stage is free.
    private static final double UNMEASURED_SECONDS = 0.3;

    /// Forgetting pauses when directions that are never excited have been forgotten this far (wind-up).
    private static final double LARGEST_TRACE = 1e4;

    static final OverheadModel EMPTY =
            new OverheadModel(List.of(0.0, 0.0, 0.0), List.of(100.0, 0.0, 0.0, 0.0, 100.0, 0.0, 0.0, 0.0, 100.0), 0, 0);

    OverheadModel {
        weights = List.copyOf(weights);
        inverse = List.copyOf(inverse);
    }

    OverheadModel with(long pages, int tasks, double seconds) {
        double[] x = terms(pages, tasks);
        double[] px = new double[TERMS];
        double quadratic = 0;
        double trace = 0;
        for (int i = 0; i < TERMS; i++) {
            for (int j = 0; j < TERMS; j++) {
                px[i] += inverse.get(i * TERMS + j) * x[j];
            }
            quadratic += x[i] * px[i];
            trace += inverse.get(i * TERMS + i);
        }
        double forgetting = trace > LARGEST_TRACE ? 1 : FORGETTING;
        double error = seconds - raw(x);
        var newWeights = new Double[TERMS];
        var newInverse = new Double[TERMS * TERMS];
        for (int i = 0; i < TERMS; i++) {
            newWeights[i] = weights.get(i) + px[i] / (forgetting + quadratic) * error;
            for (int j = 0; j < TERMS; j++) {
                int at = i * TERMS + j;
                newInverse[at] = (inverse.get(at) - px[i] * px[j] / (forgetting + quadratic)) / forgetting;
            }
        }
        double gain = Math.max(NOISE_GAIN, 1.0 / (count + 1));
        // The first error is the whole value, not noise.
        double newNoise = count == 0 ? seconds * seconds / 4 : noise + gain * (error * error - noise);
        return new OverheadModel(
                List.of(newWeights), List.of(newInverse), newNoise, Math.min(count + 1, Integer.MAX_VALUE - 1));
    }

    /// Never negative.
    double seconds(long pages, int tasks) {
        return count == 0 ? UNMEASURED_SECONDS : Math.max(0, raw(terms(pages, tasks)));
    }

    double deviation() {
        return count == 0 ? UNMEASURED_SECONDS : Math.sqrt(noise);
    }

    private double raw(double[] x) {
        double sum = 0;
        for (int i = 0; i < TERMS; i++) {
            sum += weights.get(i) * x[i];
        }
        return sum;
    }

    private static double[] terms(long pages, int tasks) {
        return new double[] {1, pages / 1e5, tasks / 10.0};
    }
}
