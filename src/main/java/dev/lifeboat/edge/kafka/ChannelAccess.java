package dev.lifeboat.edge.kafka;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Map;
import org.apache.kafka.common.config.types.Password;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Lets SmallRye's channel speak to Kafka as every other client of ours does.
@ApplicationScoped
class ChannelAccess {
    @Produces
    @Identifier("lifeboat")
    Map<String, Object> access(
            KafkaSettings settings, @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrap) {
        Map<String, Object> access = Brokers.of(bootstrap, settings).config(Map.of());
        // SmallRye passes on what is text, and drops what is not.
        access.replaceAll((_, value) -> value instanceof Password secret ? secret.value() : value);
        return access;
    }
}
