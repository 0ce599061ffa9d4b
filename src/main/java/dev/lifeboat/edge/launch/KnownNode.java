package dev.lifeboat.edge.launch;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Default;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready is an agent once its first heartbeat is in the log: until then nobody plans with its node. What is lost later,
/// Kafka too, leaves it ready: it has its standing orders. Other roles are ready as soon as they run.
@Default
@Readiness
@ApplicationScoped
final class KnownNode implements HealthCheck {
    private volatile BooleanSupplier known;

    /// @param node that this is an agent of; other roles have none
    KnownNode(@ConfigProperty(name = "lifeboat.agent.node") Optional<String> node) {
        boolean other = node.isEmpty();
        this.known = () -> other;
    }

    /// @param heard whether a heartbeat has come through
    void says(BooleanSupplier heard) {
        known = heard;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("first heartbeat is in the log")
                .status(known.getAsBoolean())
                .build();
    }
}
