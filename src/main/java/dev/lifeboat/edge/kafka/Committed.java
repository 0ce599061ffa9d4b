package dev.lifeboat.edge.kafka;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// For who looks on, outside of any consumer group: sees what was decided, and never what was about to be.
final class Committed {
    private Committed() {}

    static KafkaConsumer<byte[], byte[]> reader(Brokers brokers) {
        Map<String, Object> config = brokers.config(Map.of(
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"));
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
