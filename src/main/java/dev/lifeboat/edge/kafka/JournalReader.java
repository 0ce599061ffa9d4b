package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads a journal partition from its start to its very end.
///
/// The end is the high watermark, not the last stable offset: a transaction of an owner before us may still be open
/// there, and what it commits must not be missed. It is over within its timeout, since the broker aborts it then.
final class JournalReader {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Brokers brokers;
    private final Duration patience;
    private final InstantSource clock;

    /// @param patience longer than the transaction timeout of every orchestrator
    JournalReader(Brokers brokers, Duration patience, InstantSource clock) {
        this.brokers = brokers;
        this.patience = patience;
        this.clock = clock;
    }

    /// @throws IllegalStateException when the journal is unreadable or an open transaction outlives our patience
    void read(int partition, Consumer<JournalEvent> replay) {
        var journal = new TopicPartition(Topics.JOURNAL, partition);
        long end = end(journal);
        try (var consumer = consumer("read_committed")) {
            consumer.assign(List.of(journal));
            consumer.seekToBeginning(List.of(journal));
            Instant giveUp = clock.instant().plus(patience);
            while (consumer.position(journal) < end) {
                if (clock.instant().isAfter(giveUp)) {
                    throw new IllegalStateException("journal partition " + partition + " stands still at offset "
                            + consumer.position(journal) + " of " + end + ": a transaction hangs open");
                }
                for (var record : consumer.poll(POLL)) {
                    replay.accept(event(record));
                }
            }
        }
    }

    private long end(TopicPartition journal) {
        try (var consumer = consumer("read_uncommitted")) {
            return consumer.endOffsets(Set.of(journal)).getOrDefault(journal, 0L);
        }
    }

    private static JournalEvent event(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Wire.JOURNAL.read(record.value());
        } catch (Unreadable e) {
            throw new IllegalStateException(
                    "the journal is corrupt: partition " + record.partition() + ", offset " + record.offset() + ": "
                            + e.reason() + ", " + e.getMessage() + "; this partition must not go on",
                    e);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        Map<String, Object> config = brokers.config(Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation, ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false));
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
