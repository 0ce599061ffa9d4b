package dev.lifeboat.estimate;

import java.time.Instant;

/// What is known of one class, of one kind, or of everything. Immutable.
///
/// @param curve bytes for a class; fractions of the footprint for a kind and for everything
/// @param curveAt newest dirty sample; [Instant#MIN] when there is none
/// @param ratio ln(wire bytes / raw bytes) of dumped pages
record Pool(DirtyCurve curve, Instant curveAt, LogAverage ratio, Rings straight, Rings withRounds) {
    static final Pool EMPTY = new Pool(DirtyCurve.EMPTY, Instant.MIN, LogAverage.EMPTY, Rings.EMPTY, Rings.EMPTY);

    /// Residuals of both measures, for saves of one shape.
    record Rings(Calibration durable, Calibration frozen) {
        static final Rings EMPTY = new Rings(Calibration.EMPTY, Calibration.EMPTY);

        Rings with(double durableResidual, double frozenResidual, Settings settings) {
            return new Rings(
                    durable.with(durableResidual, settings.residuals(), settings.step()),
                    frozen.with(frozenResidual, settings.residuals(), settings.step()));
        }

        int size() {
            return durable.residuals().size();
        }
    }

    Rings rings(Point point) {
        return point.hasRounds() ? withRounds : straight;
    }

    Pool withDirty(double seconds, double amount, Instant at) {
        return new Pool(curve.with(seconds, amount), at, ratio, straight, withRounds);
    }

    Pool withRatio(double logRatio) {
        return new Pool(curve, curveAt, ratio.with(logRatio), straight, withRounds);
    }

    Pool withResiduals(Point point, double durable, double frozen, Settings settings) {
        Rings changed = rings(point).with(durable, frozen, settings);
        return point.hasRounds()
                ? new Pool(curve, curveAt, ratio, straight, changed)
                : new Pool(curve, curveAt, ratio, changed, withRounds);
    }
}
