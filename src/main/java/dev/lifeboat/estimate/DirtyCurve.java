package dev.lifeboat.estimate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// D(τ): how much is dirty a time τ after a reset, learned at log-spaced knots. Between knots it is a straight
/// line in log-log, which renders both shapes that real processes show: saturating (slope to 0) and growing
/// (slope near 1). It never falls (a running maximum over the knots) and never rises faster than τ.
///
/// Immutable. Units of the dirty amount are the caller's: bytes for a class, fractions of the footprint for wider
/// pools.
///
/// @param knots one per entry of [#AGES], those not yet observed empty
/// @param surprise smoothed sign of the latest deviations, in standard deviations; far from 0 after a phase change
record DirtyCurve(List<LogAverage> knots, double surprise) {
    /// Seconds. The first four are the sampling ages of one window; the others come from pre-dumps and saves.
    private static final double[] AGES = {0.2, 0.6, 1.4, 3, 6, 12, 25, 60};

    /// Deviation of ln D assumed before any was seen: a factor of 1.6 either way.
    private static final double PRIOR_DEVIATION = 0.5;

    /// Mean deviation of the newest samples beyond which the old curve is abandoned rather than averaged.
    private static final double SURPRISING = 1.8;

    private static final double SURPRISE_GAIN = 0.3;
    private static final double FORGET_GAIN = 0.5;

    /// What the deviation grows by with every knot between an age and what was observed.
    private static final double UNSEEN = 0.15;

    /// Of the logarithm of the age, from one knot to the next, on average.
    private static final double STRIDE = Math.log(AGES[AGES.length - 1] / AGES[0]) / (AGES.length - 1);

    static final DirtyCurve EMPTY =
            new DirtyCurve(Arrays.stream(AGES).mapToObj(_ -> LogAverage.EMPTY).toList(), 0);

    DirtyCurve {
        knots = List.copyOf(knots);
        if (knots.size() != AGES.length) {
            throw new IllegalArgumentException("a dirty curve has " + AGES.length + " knots, not " + knots.size());
        }
    }

    boolean isEmpty() {
        return knots.stream().allMatch(knot -> knot.count() == 0);
    }

    /// @param seconds since the reset, positive
    /// @param amount dirty since then, positive
    DirtyCurve with(double seconds, double amount) {
        int nearest = nearest(seconds);
        LogAverage knot = knots.get(nearest);
        double shift = Math.log(AGES[nearest] / seconds);
        double value = Math.log(amount) + shift * (shift == 0 ? 0 : slopeAt(seconds));
        double deviation = knot.deviation(PRIOR_DEVIATION);
        double score = knot.count() == 0 ? 0 : Math.clamp((value - knot.mean()) / deviation, -4, 4);
        double newSurprise = surprise + SURPRISE_GAIN * (score - surprise);
        double gain = Math.abs(newSurprise) > SURPRISING ? FORGET_GAIN : 0;
        var changed = new ArrayList<>(knots);
        changed.set(nearest, knot.with(value, gain));
        return new DirtyCurve(changed, newSurprise);
    }

    /// ln D at an age. Must not be asked of an empty curve.
    double logAt(double seconds) {
        double age = Math.log(Math.max(seconds, 1e-3));
        double[] x = observedAges();
        double[] y = risingMeans();
        if (x.length == 1) {
            return y[0] + (age - x[0]) * (age < x[0] ? 1 : 0.5);
        }
        int right = 1;
        while (right < x.length - 1 && age > x[right]) {
            right++;
        }
        double slope = Math.clamp((y[right] - y[right - 1]) / (x[right] - x[right - 1]), 0, 1);
        // From the right knot, so that a slope cut to 1 errs towards more dirt, not less.
        return age <= x[right - 1] || age <= x[right]
                ? y[right - 1] + (age - x[right - 1]) * slope
                : y[right] + (age - x[right]) * slope;
    }

    /// Standard deviation of ln D near an age; wider while the newest samples disagree with the curve, and wider the
    /// further the age lies outside what was observed.
    double deviationAt(double seconds) {
        int nearest = nearest(seconds);
        double outside = Double.POSITIVE_INFINITY;
        double deviation = PRIOR_DEVIATION;
        for (int i = 0; i < AGES.length; i++) {
            double distance = Math.abs(i - nearest);
            if (knots.get(i).count() > 0 && distance < outside) {
                outside = distance;
                deviation = knots.get(i).deviation(PRIOR_DEVIATION);
            }
        }
        double unseen = Double.isInfinite(outside) ? 0 : UNSEEN * outside;
        return (deviation + unseen) * (1 + Math.max(0, Math.abs(surprise) - 1) / 2);
    }

    /// ln of what D stays below, some deviations up. Never falls as the age grows, and never is below [#logAt]. Up to
    /// the youngest knot observed it is that knot's: since D never falls that is a bound, where a slope is a guess.
    /// Past the oldest it is as much wider as in [#deviationAt]. Must not be asked of an empty curve.
    double logBoundAt(double seconds, double deviations) {
        var raised = new ArrayList<LogAverage>();
        for (int i = 0; i < AGES.length; i++) {
            LogAverage knot = knots.get(i);
            double by = knot.count() == 0 ? 0 : deviations * deviationAt(AGES[i]);
            raised.add(new LogAverage(knot.mean() + by, knot.variance(), knot.count()));
        }
        double[] observed = observedAges();
        double age = Math.max(Math.log(seconds), observed[0]);
        double beyond = Math.max(0, age - observed[observed.length - 1]) / STRIDE;
        double bound = new DirtyCurve(raised, surprise).logAt(Math.exp(age)) + deviations * UNSEEN * beyond;
        return Math.max(bound, logAt(seconds));
    }

    private double slopeAt(double seconds) {
        return isEmpty() ? 0.5 : Math.clamp((logAt(seconds * 1.2) - logAt(seconds / 1.2)) / (2 * Math.log(1.2)), 0, 1);
    }

    private static int nearest(double seconds) {
        int best = 0;
        for (int i = 1; i < AGES.length; i++) {
            if (Math.abs(Math.log(AGES[i] / seconds)) < Math.abs(Math.log(AGES[best] / seconds))) {
                best = i;
            }
        }
        return best;
    }

    private double[] observedAges() {
        double[] ages = new double[AGES.length];
        int n = 0;
        for (int i = 0; i < AGES.length; i++) {
            if (knots.get(i).count() > 0) {
                ages[n++] = Math.log(AGES[i]);
            }
        }
        return Arrays.copyOf(ages, n);
    }

    private double[] risingMeans() {
        double[] means = new double[AGES.length];
        int n = 0;
        double highest = Double.NEGATIVE_INFINITY;
        for (LogAverage knot : knots) {
            if (knot.count() > 0) {
                highest = Math.max(highest, knot.mean());
                means[n++] = highest;
            }
        }
        return Arrays.copyOf(means, n);
    }
}
