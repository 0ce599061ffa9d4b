package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/// What all have in common that follow the journal beside the orchestrator: what was committed, and nobody's group.
final class JournalRecords {
    private static final Logger LOG = Logger.getLogger(JournalRecords.class);

    private JournalRecords() {}

    /// @param patience for one answer
    static KafkaConsumer<byte[], byte[]> connect(Brokers brokers, Duration patience) {
        Map<String, Object> config = brokers.config(Map.of(
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) patience.toMillis(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"));
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static void replay(ConsumerRecord<byte[], byte[]> record, Consumer<JournalEvent> replay) {
        try {
            replay.accept(Wire.JOURNAL.read(record.value()));
        } catch (Unreadable e) {
            // The orchestrator stops at it; no later decision of this partition will come.
            LOG.errorf("unreadable journal event partition=%d offset=%d", record.partition(), record.offset());
        }
    }
}
