package dev.lifeboat.edge.telemetry;

import io.micrometer.core.instrument.MeterRegistry;

/// Says which build this is.
final class Build {
    private Build() {}

    static void tell(MeterRegistry registry, Role role) {
        String version = Build.class.getPackage().getImplementationVersion();
        Metric.BUILD_INFO
                .level(registry, Codes.of(role), version == null ? "unpackaged" : version)
                .set(1);
    }
}
