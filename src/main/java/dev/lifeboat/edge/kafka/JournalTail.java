package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Follows the whole journal, whoever writes it; belongs to one thread. Starts two days back: no window of any cloud is
/// open for longer.
public final class JournalTail implements AutoCloseable {
    private static final Duration LOOK_BACK = Duration.ofDays(2);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Logger LOG = Logger.getLogger(JournalTail.class);

    private final Brokers brokers;
    private final InstantSource clock;
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;

    public JournalTail(Brokers brokers, InstantSource clock) {
        this.brokers = brokers;
        this.clock = clock;
    }

    /// Hands on what has come, within a tenth of a second.
    ///
    /// @return whether that was all of it; false, too, while Kafka is out of reach
    public boolean read(Consumer<JournalEvent> replay) {
        try {
            KafkaConsumer<byte[], byte[]> journal = connected();
            journal.poll(POLL).forEach(record -> JournalRecords.replay(record, replay));
            Map<TopicPartition, Long> ends = journal.endOffsets(journal.assignment());
            return journal.assignment().stream()
                    .allMatch(partition -> journal.position(partition) >= ends.getOrDefault(partition, 0L));
        } catch (KafkaException away) {
            LOG.warnf("the journal cannot be followed, and is tried again why=%s", brokers.why(away));
            return false;
        }
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
        }
    }

    private KafkaConsumer<byte[], byte[]> connected() {
        if (consumer != null) {
            return consumer;
        }
        KafkaConsumer<byte[], byte[]> journal = Committed.reader(brokers, PATIENCE);
        try {
            begin(journal);
        } catch (KafkaException notYet) {
            journal.close();
            throw notYet;
        }
        consumer = journal;
        return journal;
    }

    private void begin(KafkaConsumer<byte[], byte[]> journal) {
        List<TopicPartition> all = journal.partitionsFor(Topics.JOURNAL).stream()
                .map(partition -> new TopicPartition(Topics.JOURNAL, partition.partition()))
                .toList();
        if (all.isEmpty()) {
            throw new KafkaException("there is no topic " + Topics.JOURNAL + " yet");
        }
        journal.assign(all);
        Committed.seek(journal, all, clock.instant().minus(LOOK_BACK), journal.endOffsets(all));
    }
}
