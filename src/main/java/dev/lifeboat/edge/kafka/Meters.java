package dev.lifeboat.edge.kafka;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.plan.Hindrance;
import dev.lifeboat.plan.Pace;
import dev.lifeboat.plan.StandingRisk.NoCompatibleDestination;
import dev.lifeboat.workload.WorkloadId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Counts what was made durable. Every series is there from the start, at 0, so that a first one is seen as a rise.
final class Meters implements Observer {
    private static final Logger LOG = Logger.getLogger(Meters.class);
    private static final String DECIDED = "lifeboat.decisions";
    private static final String ORDERED = "lifeboat.orders";
    private static final String CANARY = "lifeboat.canary";

    /// From one round trip to Kafka up to what nobody would wait for.
    private static final Duration[] HOPS = Stream.of(10, 25, 50, 100, 280, 1_000, 5_000, 30_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private static final String DEAD = "lifeboat.dead.letters";

    private static final String HOMELESS = "lifeboat.no.compatible.destination";

    private final MeterRegistry registry;
    private final AtomicInteger homeless = new AtomicInteger();
    private final Map<Hindrance.Code, AtomicInteger> reasons = new EnumMap<>(Hindrance.Code.class);
    private Set<WorkloadId> known = Set.of();

    private static final String UNFIT = "lifeboat.background.cannot.fit";
    private static final String UNPACED = "lifeboat.background.unknown";

    private final Map<Pace.Reason, AtomicInteger> unfit = new EnumMap<>(Pace.Reason.class);
    private final Map<Estimate.UnknownReason, AtomicInteger> unpaced = new EnumMap<>(Estimate.UnknownReason.class);
    private Set<WorkloadId> misfits = Set.of();

    Meters(MeterRegistry registry) {
        this.registry = registry;
        canary("decided");
        canary("acknowledged");
        Wire.variants(JournalEvent.class).forEach(type -> registry.counter(DECIDED, "event", Wire.name(type)));
        Wire.variants(Order.class).forEach(type -> registry.counter(ORDERED, "order", Wire.name(type)));
        for (Unreadable.Reason reason : Unreadable.Reason.values()) {
            registry.counter(DEAD, "reason", reason.name());
        }
        registry.gauge(HOMELESS, homeless);
        for (Hindrance.Code code : Hindrance.Code.values()) {
            var count = new AtomicInteger();
            registry.gauge(HOMELESS + ".reason", Tags.of("reason", code.name()), count);
            reasons.put(code, count);
        }
        for (Pace.Reason reason : Pace.Reason.values()) {
            unfit.put(reason, gauge(UNFIT, reason.name()));
        }
        for (Estimate.UnknownReason reason : Estimate.UnknownReason.values()) {
            unpaced.put(reason, gauge(UNPACED, reason.name()));
        }
    }

    private AtomicInteger gauge(String name, String reason) {
        var count = new AtomicInteger();
        registry.gauge(name, Tags.of("reason", reason), count);
        return count;
    }

    @Override
    public void decided(JournalEvent event) {
        registry.counter(DECIDED, "event", Wire.name(event.getClass())).increment();
    }

    @Override
    public void ordered(Order order) {
        registry.counter(ORDERED, "order", Wire.name(order.getClass())).increment();
    }

    @Override
    public void echoed(Report.Echoed echoed, Instant heardAt) {
        canary("decided").record(Duration.between(echoed.saidAt(), echoed.decidedAt()));
        canary("acknowledged").record(Duration.between(echoed.saidAt(), heardAt));
    }

    @Override
    public void deadLetter(String reason) {
        registry.counter(DEAD, "reason", reason).increment();
    }

    /// From the listener's word to the hop, as far as the clocks of their machines agree.
    private Timer canary(String hop) {
        return Timer.builder(CANARY)
                .tag("hop", hop)
                .serviceLevelObjectives(HOPS)
                .register(registry);
    }

    /// Both gauges count workloads: all that could be restored nowhere, and of those, how many each reason keeps
    /// from some node. Which they are is logged when it changes: names are no labels, for there is no end to them.
    @Override
    public void homeless(List<NoCompatibleDestination> workloads) {
        homeless.set(workloads.size());
        for (Hindrance.Code code : Hindrance.Code.values()) {
            reasons.computeIfAbsent(code, _ -> new AtomicInteger()).set((int) workloads.stream()
                    .filter(each -> codes(each).contains(code))
                    .count());
        }
        for (NoCompatibleDestination each : workloads) {
            if (!known.contains(each.workload())) {
                LOG.warnf(
                        "no compatible destination, should its node go workload=%s reasons=%s",
                        each.workload(), codes(each));
            }
        }
        known = workloads.stream().map(NoCompatibleDestination::workload).collect(Collectors.toUnmodifiableSet());
    }

    /// Gauges count running workloads. Which cannot fit is logged when it changes, as above.
    @Override
    public void paced(List<Pace> paces) {
        var cannot = paces.stream()
                .filter(Pace.CannotFit.class::isInstance)
                .map(Pace.CannotFit.class::cast)
                .toList();
        unfit.forEach((reason, count) -> count.set(
                (int) cannot.stream().filter(each -> each.reason() == reason).count()));
        unpaced.forEach((reason, count) -> count.set((int) paces.stream()
                .filter(each -> each instanceof Pace.Unknown unknown && unknown.reason() == reason)
                .count()));
        for (Pace.CannotFit each : cannot) {
            if (!misfits.contains(each.workload())) {
                LOG.warnf(
                        "cannot fit its window, however often it is copied ahead workload=%s reason=%s needed=%s allowed=%s",
                        each.workload(), each.reason(), each.needed(), each.allowed());
            }
        }
        misfits = cannot.stream().map(Pace.CannotFit::workload).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Hindrance.Code> codes(NoCompatibleDestination risk) {
        return risk.nodes().stream().map(refused -> refused.hindrance().code()).collect(Collectors.toSet());
    }
}
