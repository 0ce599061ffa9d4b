package dev.lifeboat.edge.telemetry;

import dev.lifeboat.listener.HoldStep;
import dev.lifeboat.listener.Outcome;
import dev.lifeboat.listener.Tally;
import dev.lifeboat.notice.Rejection;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// The listener's meters. All exist from the start, at zero, so that an alert on a rate sees the first increase.
///
/// Labels are the sources and two closed enums: the number of series does not grow with nodes or letters.
public final class ListenerMeters implements Tally {
    private static final Logger LOG = Logger.getLogger(ListenerMeters.class);

    /// From one round trip to Kafka up to a spot window.
    private static final Duration[] LAGS = Stream.of(5, 10, 25, 50, 100, 250, 1_000, 5_000, 30_000, 120_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Map<String, AtomicLong> heartbeats = new ConcurrentHashMap<>();
    private final Map<String, Boolean> silent = new ConcurrentHashMap<>();

    /// @param sources every source that may be counted
    public ListenerMeters(MeterRegistry registry, Collection<String> sources) {
        this.registry = registry;
        for (String source : sources) {
            for (Outcome outcome : Outcome.values()) {
                registry.counter("lifeboat.notices", "source", source, "outcome", code(outcome));
            }
            for (Rejection reason : Rejection.values()) {
                registry.counter("lifeboat.notices.rejected", "source", source, "reason", code(reason));
            }
            for (HoldStep step : HoldStep.values()) {
                registry.counter("lifeboat.holds", "source", source, "step", code(step));
            }
            registry.counter("lifeboat.listener.failures", "source", source);
            lag(source);
            heartbeats.put(source, heartbeat(source));
        }
    }

    @Override
    public void counted(String source, Outcome outcome) {
        registry.counter("lifeboat.notices", "source", source, "outcome", code(outcome))
                .increment();
    }

    @Override
    public void rejected(String source, Rejection reason) {
        LOG.warnf("letter rejected source=%s reason=%s", source, reason);
        registry.counter("lifeboat.notices.rejected", "source", source, "reason", code(reason))
                .increment();
    }

    @Override
    public void held(String source, HoldStep step) {
        LOG.infof("hold source=%s step=%s", source, step);
        registry.counter("lifeboat.holds", "source", source, "step", code(step)).increment();
    }

    @Override
    public void lagged(String source, Duration lag) {
        lag(source).record(lag);
    }

    @Override
    public void heard(String source, Instant at) {
        heartbeats.computeIfAbsent(source, this::heartbeat).set(at.toEpochMilli());
        if (Boolean.TRUE.equals(silent.put(source, false))) {
            LOG.infof("source answers again source=%s", source);
        }
    }

    @Override
    public void silent(String source, String why) {
        registry.counter("lifeboat.listener.failures", "source", source).increment();
        if (!Boolean.TRUE.equals(silent.put(source, true))) {
            LOG.warnf(
                    "source does not answer, which is not the same as nothing announced source=%s why=%s", source, why);
        }
    }

    private AtomicLong heartbeat(String source) {
        var millis = new AtomicLong();
        registry.more()
                .timeGauge(
                        "lifeboat.listener.heartbeat.timestamp",
                        Tags.of("source", source),
                        millis,
                        TimeUnit.MILLISECONDS,
                        AtomicLong::doubleValue);
        return millis;
    }

    private Timer lag(String source) {
        return Timer.builder("lifeboat.notice.lag")
                .tag("source", source)
                .serviceLevelObjectives(LAGS)
                .register(registry);
    }

    private static String code(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
