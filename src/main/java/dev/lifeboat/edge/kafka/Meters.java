package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Order;
import io.micrometer.core.instrument.MeterRegistry;

/// Counts what was made durable. Every series is there from the start, at 0, so that a first one is seen as a rise.
final class Meters implements Observer {
    private static final String DECIDED = "lifeboat.decisions";
    private static final String ORDERED = "lifeboat.orders";
    private static final String DEAD = "lifeboat.dead.letters";

    private final MeterRegistry registry;

    Meters(MeterRegistry registry) {
        this.registry = registry;
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
    public void deadLetter(String reason) {
        registry.counter(DEAD, "reason", reason).increment();
    }
}
