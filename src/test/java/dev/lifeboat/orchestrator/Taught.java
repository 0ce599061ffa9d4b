package dev.lifeboat.orchestrator;

import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Point;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.estimate.Subject;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/// Hindsight of saves that never were: as if many had ended, each some percent off its forecast.
public final class Taught {
    /// Enough for a p99 of its own.
    private static final int SAVES = 150;

    private Taught() {}

    public static Hindsight by(Workload workload, NodeName node, ByteRate uplink, Instant now, long seed) {
        var random = new Random(seed);
        var estimator = new Estimator(Settings.DEFAULTS);
        estimator.observe(new Observation.Packed(now, workload, new ByteCount(1 << 20), new ByteCount(1 << 20)));
        for (int i = 0; i < SAVES; i++) {
            Experience.observe(estimator, node, uplink, now);
            Point point = estimator.point(Subject.cold(workload, node), 0, now).orElseThrow();
            double off = Math.exp(0.05 * random.nextGaussian());
            estimator.observe(new Observation.Saved(
                    now,
                    point,
                    seconds(point.durable().seconds() * off),
                    seconds(point.frozen().seconds() * off)));
        }
        return new Hindsight(estimator.state(), List.of());
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}
