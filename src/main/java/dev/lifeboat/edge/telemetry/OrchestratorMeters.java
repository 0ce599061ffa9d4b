package dev.lifeboat.edge.telemetry;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.View;
import dev.lifeboat.plan.Pace;
import dev.lifeboat.plan.StandingRisk.CannotBeSaved;
import dev.lifeboat.plan.StandingRisk.NoCompatibleDestination;
import dev.lifeboat.policy.Policies;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// The orchestrator's meters: a fold of what it made durable, and of what it sees. Every series is there from the
/// start, at 0, so that a first one is seen as a rise.
public final class OrchestratorMeters implements Observer {
    private static final double MILLIS = 1_000;

    /// How far a canary has come.
    private enum Hop {
        DECIDED,
        ACKNOWLEDGED
    }

    private final MeterRegistry registry;
    private final EvacuationMeters evacuations;
    private final EstimateMeters estimates;
    private final StandingMeters standing;
    private final RiskMeters risk;
    private final Level owned;
    private final Level canary;

    /// What a process was started with.
    ///
    /// @param deadLetters every reason for one
    /// @param capabilities every one that a node may lack
    public record Setting(
            int partitions,
            Policies policies,
            Collection<String> deadLetters,
            Collection<String> capabilities,
            InstantSource clock) {
        public Setting {
            deadLetters = List.copyOf(deadLetters);
            capabilities = List.copyOf(capabilities);
        }
    }

    public OrchestratorMeters(MeterRegistry registry, Setting setting) {
        this.registry = registry;
        Build.tell(registry, Role.ORCHESTRATOR);
        Metric.PARTITIONS.level(registry).set(setting.partitions());
        owned = Metric.PARTITIONS_OWNED.level(registry);
        for (Hop hop : Hop.values()) {
            canary(hop);
        }
        canary = Metric.CANARY_SUCCESS.level(registry);
        Codes.variants(JournalEvent.class).forEach(type -> Metric.DECISIONS.counter(registry, Codes.of(type)));
        Codes.variants(Order.class).forEach(type -> Metric.ORDERS.counter(registry, Codes.of(type)));
        setting.deadLetters().forEach(reason -> Metric.DEAD_LETTERS.counter(registry, Codes.of(reason)));
        evacuations = new EvacuationMeters(registry, setting.policies(), setting.clock());
        estimates = new EstimateMeters(registry);
        standing = new StandingMeters(registry);
        risk = new RiskMeters(registry, setting.capabilities());
    }

    @Override
    public void took(Set<Integer> partitions, Collection<Migration> open) {
        owned.set(partitions.size());
        evacuations.took(open);
        estimates.forget();
    }

    @Override
    public void gaveUp() {
        owned.set(0);
        evacuations.took(List.of());
        estimates.forget();
    }

    @Override
    public void decided(Decided decided) {
        switch (decided.event()) {
            case MigrationEvent event -> Exemplars.about(event.migration(), () -> count(decided));
            case JournalEvent.OfNode event -> Exemplars.about(event.notice().id(), () -> count(decided));
            case JournalEvent.OfPlan _ -> count(decided);
        }
    }

    private void count(Decided decided) {
        Metric.DECISIONS.counter(registry, Codes.of(decided.event().getClass())).increment();
        evacuations.decided(decided);
        estimates.decided(decided);
    }

    @Override
    public void ordered(Order order) {
        Metric.ORDERS.counter(registry, Codes.of(order.getClass())).increment();
    }

    @Override
    public void echoed(Report.Echoed echoed, Instant heardAt) {
        canary(Hop.DECIDED).record(Duration.between(echoed.saidAt(), echoed.decidedAt()));
        canary(Hop.ACKNOWLEDGED).record(Duration.between(echoed.saidAt(), heardAt));
        canary.set(heardAt.toEpochMilli() / MILLIS);
    }

    @Override
    public void deadLetter(String reason) {
        Metric.DEAD_LETTERS.counter(registry, Codes.of(reason)).increment();
    }

    @Override
    public void seen(View view, Instant now) {
        standing.seen(view, now);
        risk.seen(view, now);
    }

    @Override
    public void homeless(List<NoCompatibleDestination> workloads) {
        standing.homeless(workloads);
    }

    @Override
    public void obstructed(List<CannotBeSaved> workloads) {
        standing.obstructed(workloads);
    }

    @Override
    public void paced(List<Pace> paces) {
        standing.paced(paces);
    }

    private Timer canary(Hop hop) {
        return Metric.CANARY.timer(registry, Codes.of(hop));
    }
}
