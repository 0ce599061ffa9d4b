package dev.lifeboat.estimate;

import java.time.Instant;
import java.util.function.DoubleUnaryOperator;

/// Draws a point from the models: plays the pre-copy recursion once with every model at its median, then once
/// more for each model moved by its own standard deviation. The squared changes of the logarithm add up to the
/// spread (the delta method with finite differences), so that a long, averaged transfer gets a narrow guess,
/// and one that hangs on a young curve a wide one.
record Drawing(
        LinkModel link, Estimator.Curve curve, LogAverage ratio, OverheadModel preDump, OverheadModel finalDump) {
    private static final int PAGE = 4096;

    /// What the models cannot see: never vouch for better than 2 %.
    private static final double LEAST_SPREAD = 0.02;

    /// More would only say "no idea" with a factor.
    private static final double MOST_SPREAD = 2;

    /// Deviation of ln ρ assumed before any was seen.
    private static final double RATIO_PRIOR = 0.2;

    /// Nothing real lasts longer than this; keeps products finite on absurd input.
    private static final double LONGEST_SECONDS = 1e8;

    Point point(Subject subject, int rounds, Instant now) {
        DoubleUnaryOperator dirty = dirtyAt(0);
        double mean = link.over(0, 10, now).bytesPerSecond();
        PreCopy rough = median(subject, rounds, dirty, mean);
        double horizon = rough.play().durable();
        LinkModel.Outlook whole = link.over(0, horizon, now);
        PreCopy likely = rough.withRate(whole.bytesPerSecond());
        PreCopy.Times times = likely.play();
        LinkModel.Outlook last = link.over(times.durable() - times.frozen(), times.frozen(), now);
        var durable = guess(times.durable(), new Changes(likely, whole.deviation(), now), PreCopy.Times::durable);
        var frozen = guess(times.frozen(), new Changes(likely, last.deviation(), now), PreCopy.Times::frozen);
        var workload = subject.workload();
        return new Point(new Point.Pools(workload.classKey(), workload.kind()), rounds, durable, frozen);
    }

    private PreCopy median(Subject subject, int rounds, DoubleUnaryOperator dirty, double rate) {
        double footprint = subject.footprintBytes();
        long pages = (long) (footprint / PAGE);
        int tasks = subject.workload().footprint().tasks();
        return new PreCopy(
                footprint,
                subject.pending().bytes(),
                subject.workload().footprint().shared().bytes(),
                rounds,
                dirty,
                // Until compression was measured: uncompressed, which is a bound.
                ratio.count() == 0 ? 1 : Math.exp(ratio.mean()),
                rate,
                preDump.seconds(pages, tasks),
                finalDump.seconds(pages, tasks));
    }

    private DoubleUnaryOperator dirtyAt(double deviations) {
        if (curve.curve().isEmpty()) {
            return _ -> 0;
        }
        return seconds -> curve.scale()
                * Math.exp(curve.curve().logAt(seconds)
                        + deviations * (deviations == 0 ? 0 : curve.curve().deviationAt(seconds)));
    }

    private record Changes(PreCopy likely, double linkDeviation, Instant now) {}

    private Point.Guess guess(
            double seconds, Changes changes, java.util.function.ToDoubleFunction<PreCopy.Times> measure) {
        PreCopy likely = changes.likely;
        PreCopy[] moved = {
            likely.withRate(likely.rate() * Math.exp(-changes.linkDeviation)),
            likely.withRatio(likely.ratio() * Math.exp(ratio.deviation(RATIO_PRIOR))),
            likely.withDirty(dirtyAt(1)),
            likely.withOverheads(
                    likely.preDumpOverhead() + preDump.deviation(), likely.finalOverhead() + finalDump.deviation())
        };
        double sum = LEAST_SPREAD * LEAST_SPREAD;
        for (PreCopy one : moved) {
            double change = Math.log(measure.applyAsDouble(one.play()) / seconds);
            sum += change * change;
        }
        return new Point.Guess(Math.min(seconds, LONGEST_SECONDS), Math.min(Math.sqrt(sum), MOST_SPREAD));
    }
}
