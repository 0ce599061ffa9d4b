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
/// that carrying so much takes, which is on the safe side of the p95 of both together.
record LearnedLoad(Estimator estimator, Workload workload, NodeName node, Instant now) implements Pace.LoadCurve {
    /// Why there is no such load; the same for every interval.
    Optional<Estimate.UnknownReason> unknown() {
        return switch (left(PaceOptions.interval(0))) {
            case Remainder.Unknown it -> Optional.of(it.reason());
            case Remainder.Known it ->
                switch (carrying(it)) {
                    case Estimate.Unknown unknown -> Optional.of(unknown.reason());
                    case Estimate.Forecast _ -> Optional.empty();
                };
        };
    }

    @Override
    public Pace.Load after(Duration interval) {
        if (left(interval) instanceof Remainder.Known it && carrying(it) instanceof Estimate.Forecast forecast) {
            return new Pace.Load(it.wire(), forecast.durable().p95());
        }
        throw new IllegalStateException(workload.id() + " has no known load; ask unknown() first");
    }

    private Remainder left(Duration interval) {
        return estimator.remainder(workload, node, interval, now);
    }

    private Estimate carrying(Remainder.Known left) {
        return estimator.forecast(new Subject(workload, node, left.p95()), 0, now);
    }
}
