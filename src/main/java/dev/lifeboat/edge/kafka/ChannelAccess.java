package dev.lifeboat.edge.kafka;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Lets SmallRye's channel speak to Kafka as every other client of ours does.
@ApplicationScoped
class ChannelAccess {
    @Produces
    @Identifier("lifeboat")
    Map<String, Object> access(
            KafkaSettings settings, @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrap) {
        return Brokers.of(bootstrap, settings).config(Map.of());
    }
}
