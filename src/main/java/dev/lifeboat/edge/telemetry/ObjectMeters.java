package dev.lifeboat.edge.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.function.IntSupplier;

/// How far the cluster's objects are behind the journal; of orchestrators that keep a picture there.
public final class ObjectMeters {
    private final MeterRegistry registry;

    /// @param outcomes every one that there can be
    public ObjectMeters(MeterRegistry registry, Collection<String> outcomes) {
        this.registry = registry;
        outcomes.forEach(outcome -> Metric.OBJECTS.counter(registry, Codes.of(outcome)));
    }

    /// @param behind how many are not what they are to be
    public void watch(IntSupplier behind) {
        Metric.OBJECTS_BEHIND.gauge(registry, behind::getAsInt);
    }

    /// One was, or was not, written.
    public void count(String outcome) {
        Metric.OBJECTS.counter(registry, Codes.of(outcome)).increment();
    }
}
