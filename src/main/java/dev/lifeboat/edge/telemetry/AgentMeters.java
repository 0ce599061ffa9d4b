package dev.lifeboat.edge.telemetry;

import dev.lifeboat.agent.Background;
import dev.lifeboat.agent.Copied;
import dev.lifeboat.checkpoint.BackgroundCheckpoint;
import dev.lifeboat.migration.Report;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The agent's meters. What becomes of saves and restores is the orchestrator's to count, who hears of all of them.
public final class AgentMeters {
    private static final double MILLIS = 1_000;
    private static final double NANOS = 1_000_000_000;

    /// How a round ends.
    private enum Ended {
        WHOLE,
        /// A save came, which goes first.
        CUT_OFF,
        /// The store did not take it.
        FAILED
    }

    private final MeterRegistry registry;
    private final InstantSource clock;
    private final Counter unreadable;
    private final Level workloads;
    private final Level uplink;
    private final Level checkpointAge;
    private final Map<WorkloadId, Instant> copied = new ConcurrentHashMap<>();

    /// @param failures codes of dumps and restores that fail, such as `criu-died`
    public AgentMeters(MeterRegistry registry, InstantSource clock, List<String> failures) {
        this.registry = registry;
        this.clock = clock;
        Build.tell(registry, Role.AGENT);
        failures.forEach(code -> Metric.DUMP_FAILURES.counter(registry, label(code)));
        unreadable = Metric.ORDERS_UNREADABLE.counter(registry);
        workloads = Metric.WORKLOADS.level(registry);
        uplink = Metric.UPLINK.level(registry);
        for (Ended ended : Ended.values()) {
            Metric.BACKGROUND_ROUNDS.counter(registry, Codes.of(ended));
        }
        bytes(0, 0, 0);
        Metric.BACKGROUND_DURATION.timer(registry);
        Metric.BACKGROUND_AGE.gauge(registry, this::age);
        for (Background.Result result : Background.Result.values()) {
            Metric.BACKGROUND_CHECKPOINTS.counter(registry, Codes.of(result));
        }
        Metric.BACKGROUND_CHECKPOINT_FROZEN.timer(registry);
        checkpointAge = Metric.BACKGROUND_CHECKPOINT_AGE.level(registry);
    }

    /// @param spentAhead processor time of background rounds up to now; never goes back
    public void watch(Supplier<Duration> spentAhead) {
        Metric.BACKGROUND_CPU.counter(registry, () -> (double) spentAhead.get().toNanos() / NANOS);
    }

    /// A complete checkpoint of what runs on was tried.
    public void tried(Background.Attempt attempt) {
        Metric.BACKGROUND_CHECKPOINTS
                .counter(registry, Codes.of(attempt.result()))
                .increment();
        if (!attempt.frozen().isZero()) {
            Metric.BACKGROUND_CHECKPOINT_FROZEN.timer(registry).record(attempt.frozen());
        }
    }

    /// A dump or a restore has failed.
    ///
    /// @param code such as `criu-died`
    public void failed(String code) {
        Metric.DUMP_FAILURES.counter(registry, label(code)).increment();
    }

    private static String label(String code) {
        return Codes.of(code.replace('-', '_'));
    }

    /// An order could not be read.
    public void unreadable() {
        unreadable.increment();
    }

    /// The agent says something.
    public void said(Report report) {
        if (report instanceof Report.Heartbeat heartbeat) {
            workloads.set(heartbeat.workloads().size());
            uplink.set(heartbeat.uplink().bytesPerSecond());
            Set<WorkloadId> here =
                    heartbeat.workloads().stream().map(Workload::id).collect(Collectors.toSet());
            copied.keySet().retainAll(here);
            checkpointAge.set(age(heartbeat.backgrounds()));
        }
    }

    private static double age(@Nullable List<BackgroundCheckpoint> newest) {
        return newest == null
                ? 0
                : newest.stream()
                        .mapToDouble(each -> each.ago().toMillis() / MILLIS)
                        .max()
                        .orElse(0);
    }

    /// Rounds have ended.
    public void copied(List<Copied> rounds) {
        for (Copied round : rounds) {
            Metric.BACKGROUND_ROUNDS.counter(registry, Codes.of(ended(round))).increment();
            Metric.BACKGROUND_DURATION.timer(registry).record(round.took());
            bytes(
                    round.taken().pages().bytes(),
                    round.taken().fresh().bytes(),
                    round.taken().stored().bytes());
            if (round.whole()) {
                copied.put(round.workload().id(), clock.instant());
            }
        }
    }

    private static Ended ended(Copied round) {
        if (round.trouble() != null) {
            return Ended.FAILED;
        }
        return round.whole() ? Ended.WHOLE : Ended.CUT_OFF;
    }

    private void bytes(long read, long fresh, long stored) {
        Metric.BACKGROUND_BYTES.counter(registry, "read").increment((double) read);
        Metric.BACKGROUND_BYTES.counter(registry, "fresh").increment((double) fresh);
        Metric.BACKGROUND_BYTES.counter(registry, "stored").increment((double) stored);
    }

    private double age() {
        Instant now = clock.instant();
        return copied.values().stream()
                .min(Comparator.naturalOrder())
                .map(oldest -> Duration.between(oldest, now).toMillis() / MILLIS)
                .orElse(0.0);
    }
}
