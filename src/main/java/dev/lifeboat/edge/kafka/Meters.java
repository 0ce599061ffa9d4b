package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/// Counts what was made durable. Every series is there from the start, at 0, so that a first one is seen as a rise.
final class Meters implements Observer {
    private static final String DECIDED = "lifeboat.decisions";
    private static final String ORDERED = "lifeboat.orders";
    private static final String CANARY = "lifeboat.canary";

    /// From one round trip to Kafka up to what nobody would wait for.
    private static final Duration[] HOPS = Stream.of(10, 25, 50, 100, 280, 1_000, 5_000, 30_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private static final String DEAD = "lifeboat.dead.letters";

    private final MeterRegistry registry;

    Meters(MeterRegistry registry) {
        this.registry = registry;
        canary("decided");
        canary("acknowledged");
        Wire.variants(JournalEvent.class).forEach(type -> registry.counter(DECIDED, "event", Wire.name(type)));
        Wire.variants(Order.class).forEach(type -> registry.counter(ORDERED, "order", Wire.name(type)));
        for (Unreadable.Reason reason : Unreadable.Reason.values()) {
            registry.counter(DEAD, "reason", reason.name());
        }
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
}
