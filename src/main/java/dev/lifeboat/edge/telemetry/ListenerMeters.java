package dev.lifeboat.edge.telemetry;

import dev.lifeboat.listener.HoldStep;
import dev.lifeboat.listener.Outcome;
import dev.lifeboat.listener.Tally;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Rejection;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/// The listener's meters. All exist from the start, at zero, so that an alert on a rate sees the first increase.
///
/// Labels are the sources and two closed enums: the number of series does not grow with nodes or letters.
public final class ListenerMeters implements Tally {
    private static final Logger LOG = Logger.getLogger(ListenerMeters.class);

    private static final double MILLIS = 1_000;

    private final MeterRegistry registry;
    private final Map<String, Level> heartbeats = new ConcurrentHashMap<>();
    private final Map<String, Boolean> silent = new ConcurrentHashMap<>();

    /// @param sources every source that may be counted
    public ListenerMeters(MeterRegistry registry, Collection<String> sources) {
        this.registry = registry;
        Build.tell(registry, Role.LISTENER);
        for (String source : sources) {
            for (Outcome outcome : Outcome.values()) {
                Metric.NOTICES.counter(registry, source, Codes.of(outcome));
            }
            for (Rejection reason : Rejection.values()) {
                Metric.NOTICES_REJECTED.counter(registry, source, Codes.of(reason));
            }
            for (HoldStep step : HoldStep.values()) {
                Metric.HOLDS.counter(registry, source, Codes.of(step));
            }
            Metric.LISTENER_FAILURES.counter(registry, source);
            Metric.NOTICE_LAG.timer(registry, source);
            heartbeats.put(source, heartbeat(source));
        }
    }

    @Override
    public void counted(String source, Outcome outcome) {
        Metric.NOTICES.counter(registry, source, Codes.of(outcome)).increment();
    }

    @Override
    public void rejected(String source, Rejection reason) {
        LOG.warnf("letter rejected source=%s reason=%s", source, reason);
        Metric.NOTICES_REJECTED.counter(registry, source, Codes.of(reason)).increment();
    }

    @Override
    public void held(String source, HoldStep step) {
        LOG.infof("hold source=%s step=%s", source, step);
        Metric.HOLDS.counter(registry, source, Codes.of(step)).increment();
    }

    @Override
    public void lagged(Notice notice, Duration lag) {
        Exemplars.about(
                notice.id(),
                () -> Metric.NOTICE_LAG.timer(registry, notice.source()).record(lag));
    }

    @Override
    public void heard(String source, Instant at) {
        heartbeats.computeIfAbsent(source, this::heartbeat).set(at.toEpochMilli() / MILLIS);
        if (Boolean.TRUE.equals(silent.put(source, false))) {
            LOG.infof("source answers again source=%s", source);
        }
    }

    @Override
    public void silent(String source, String why) {
        Metric.LISTENER_FAILURES.counter(registry, source).increment();
        if (!Boolean.TRUE.equals(silent.put(source, true))) {
            LOG.warnf(
                    "source does not answer, which is not the same as nothing announced source=%s why=%s", source, why);
        }
    }

    private Level heartbeat(String source) {
        return Metric.LISTENER_HEARTBEAT.level(registry, source);
    }
}
