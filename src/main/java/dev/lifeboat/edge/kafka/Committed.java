package dev.lifeboat.edge.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// For who looks on, outside of any consumer group: sees what was decided, and never what was about to be.
final class Committed {
    private Committed() {}

    /// Thousands of nodes speak every second: each answer of the broker's holds what came in a twentieth of one.
    private static final Map<String, Object> UNHURRIED =
            Map.of(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1 << 20, ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);

    static KafkaConsumer<byte[], byte[]> reader(Brokers brokers) {
        return reader(brokers, Map.of());
    }

    /// For who learns from it and does not answer: sees all of it some 50 ms late, and asks the broker 20 times a
    /// second and not for each record.
    static KafkaConsumer<byte[], byte[]> unhurried(Brokers brokers) {
        return reader(brokers, UNHURRIED);
    }

    /// @param patience for one answer
    static KafkaConsumer<byte[], byte[]> reader(Brokers brokers, Duration patience) {
        return reader(brokers, Map.of(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) patience.toMillis()));
    }

    private static KafkaConsumer<byte[], byte[]> reader(Brokers brokers, Map<String, Object> further) {
        var config = new HashMap<String, Object>(further);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(brokers.config(config), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /// To what was written since; to the end, when that is nothing.
    static void seek(
            KafkaConsumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            Instant since,
            Map<TopicPartition, Long> ends) {
        var times = new HashMap<TopicPartition, Long>();
        partitions.forEach(partition -> times.put(partition, since.toEpochMilli()));
        consumer.offsetsForTimes(times)
                .forEach((partition, found) ->
                        consumer.seek(partition, found == null ? ends.getOrDefault(partition, 0L) : found.offset()));
    }
}
