package dev.lifeboat.estimate;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/// The newest residuals of a pool, bounded; +∞ stands for a save that was cut off. Immutable.
final class Residuals {
    static final Residuals EMPTY = new Residuals(new double[0], new double[0]);

    /// Beyond the largest residual the tail is taken as exponential, fitted to this share of the ring.
    private static final double TAIL = 0.1;

    private static final int LEAST_TAIL = 5;

    /// About one miss's worth of level.
    private static final double DOUBLING = 0.01;

    private final double[] arrival;
    private final double[] sorted;

    private Residuals(double[] arrival, double[] sorted) {
        this.arrival = arrival;
        this.sorted = sorted;
    }

    static Residuals of(List<Double> values) {
        double[] arrival = values.stream().mapToDouble(Double::doubleValue).toArray();
        double[] sorted = arrival.clone();
        Arrays.sort(sorted);
        return new Residuals(arrival, sorted);
    }

    Residuals with(double residual, int capacity) {
        if (Double.isNaN(residual)) {
            throw new IllegalArgumentException("a residual is a number or +∞");
        }
        int from = arrival.length >= capacity ? arrival.length - capacity + 1 : 0;
        double[] newArrival = Arrays.copyOfRange(arrival, from, arrival.length + 1);
        newArrival[newArrival.length - 1] = residual;
        double[] newSorted = newArrival.clone();
        Arrays.sort(newSorted);
        return new Residuals(newArrival, newSorted);
    }

    int size() {
        return arrival.length;
    }

    List<Double> values() {
        return DoubleStream.of(arrival).boxed().toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Residuals that && Arrays.equals(arrival, that.arrival);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(arrival);
    }

    @Override
    public String toString() {
        return "Residuals" + values();
    }

    /// The bound that the next residual keeps with probability `level`, if it is exchangeable with these: the
    /// ⌈(n + 1) · level⌉-th smallest (Vovk et al. 2005; Lei et al. 2018). Where that is more than n there is no
    /// such residual: the tail is extended as an exponential one, never below the largest seen, and from a level
    /// near 1 on it doubles with every further hundredth of level. So an adaptive level that is pushed beyond 1
    /// by a run of misses soon outgrows any bounded residual, which keeps its long-run promise (Angelopoulos,
    /// Candès, Tibshirani, NeurIPS 2023, saturation functions), without giving up on a bound at the first such
    /// run. At level 0 and below it is −∞; +∞ where the ring itself says so, or is empty.
    double bound(double level) {
        int rank = (int) Math.ceil((size() + 1) * level - 1e-9);
        if (rank <= 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (rank <= size()) {
            return sorted[rank - 1];
        }
        double last = 1 - 0.1 / (size() + 1);
        return level <= last ? beyond(level) : beyond(last) + Math.pow(2, (level - last) / DOUBLING) - 1;
    }

    /// Share of these at most `residual`, counting the one to come as larger.
    double level(double residual) {
        int at = Arrays.binarySearch(sorted, residual);
        int count = at < 0 ? -at - 1 : at + 1;
        while (count < size() && sorted[count] <= residual) {
            count++;
        }
        return count / (size() + 1.0);
    }

    private double beyond(double level) {
        int n = size();
        if (n == 0 || Double.isInfinite(sorted[n - 1])) {
            return Double.POSITIVE_INFINITY;
        }
        int tail = Math.min(n - 1, Math.max(LEAST_TAIL, (int) (TAIL * n)));
        if (tail < 1) {
            return Double.POSITIVE_INFINITY;
        }
        double threshold = sorted[n - 1 - tail];
        double mean = 0;
        for (int i = n - tail; i < n; i++) {
            mean += (sorted[i] - threshold) / tail;
        }
        return Math.max(sorted[n - 1], threshold + mean * Math.log((double) tail / n / (1 - level)));
    }
}
