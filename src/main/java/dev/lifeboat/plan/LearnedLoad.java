package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Remainder;
import dev.lifeboat.estimate.Subject;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The load of a running workload as an estimator sees it. The p95 of what is left is carried at the p95 of the time
/// that carrying so much takes, which is on the safe side of the p95 of both together. Until enough saves have ended
/// to calibrate that, the models' own scatter stands in for it.
record LearnedLoad(Estimator estimator, Workload workload, NodeName node, Instant now) implements Pace.LoadCurve {
    /// Why there is no such load; the same for every interval.
    Optional<Estimate.UnknownReason> unknown() {
        return switch (left(PaceOptions.interval(0))) {
            case Remainder.Unknown it -> Optional.of(it.reason());
            case Remainder.Known it ->
                carrying(it).isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                estimator.forecast(subject(it), 0, now) instanceof Estimate.Unknown unknown
                                        ? unknown.reason()
                                        : Estimate.UnknownReason.NOTHING_MEASURED);
        };
    }

    @Override
    public Pace.Load after(Duration interval) {
        if (left(interval) instanceof Remainder.Known it) {
            Optional<Duration> carrying = carrying(it);
            if (carrying.isPresent()) {
                return new Pace.Load(it.wire(), carrying.get());
            }
        }
        throw new IllegalStateException(workload.id() + " has no known load; ask unknown() first");
    }

    private Remainder left(Duration interval) {
        return estimator.remainder(workload, node, interval, now);
    }

    private Optional<Duration> carrying(Remainder.Known left) {
        return switch (estimator.forecast(subject(left), 0, now)) {
            case Estimate.Forecast forecast -> Optional.of(forecast.durable().p95());
            case Estimate.Unknown unknown ->
                unknown.reason() == Estimate.UnknownReason.TOO_FEW_OUTCOMES
                        ? estimator.modelled(subject(left), 0, now)
                        : Optional.empty();
        };
    }

    private Subject subject(Remainder.Known left) {
        return new Subject(workload, node, left.p95());
    }
}
