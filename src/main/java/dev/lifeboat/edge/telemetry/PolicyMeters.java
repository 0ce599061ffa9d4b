package dev.lifeboat.edge.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;

/// Whether what was written as policies holds.
public final class PolicyMeters {
    /// What became of a policy.
    private enum Standing {
        /// Plans are drawn by it.
        ACCEPTED,
        /// It holds an error and counts for nothing.
        REFUSED
    }

    /// @param accepted and refused policies, as of now
    public PolicyMeters(MeterRegistry registry, IntSupplier accepted, IntSupplier refused) {
        Metric.POLICIES.gauge(registry, accepted::getAsInt, Codes.of(Standing.ACCEPTED));
        Metric.POLICIES.gauge(registry, refused::getAsInt, Codes.of(Standing.REFUSED));
    }
}
