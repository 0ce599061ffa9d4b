package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/// The whole journal as it is now, for people who ask what was decided.
public final class JournalArchive {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(200);

    private JournalArchive() {}

    /// @return partition by partition, each in its order
    /// @throws IllegalStateException when the broker does not answer, has no journal, or an event cannot be read
    public static List<JournalEvent> read(Brokers brokers) {
        var events = new ArrayList<JournalEvent>();
        try (var consumer = Committed.reader(brokers)) {
            for (PartitionInfo info : consumer.partitionsFor(Topics.JOURNAL, PATIENCE)) {
                read(consumer, new TopicPartition(Topics.JOURNAL, info.partition()), events);
            }
        } catch (KafkaException e) {
            throw new IllegalStateException("no journal to be had there: " + brokers.why(e), e);
        }
        return events;
    }

    private static void read(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, List<JournalEvent> events) {
        List<TopicPartition> only = List.of(partition);
        consumer.assign(only);
        consumer.seekToBeginning(only);
        long end = consumer.endOffsets(only).getOrDefault(partition, 0L);
        while (consumer.position(partition) < end) {
            for (var record : consumer.poll(POLL)) {
                try {
                    events.add(Wire.JOURNAL.read(record.value()));
                } catch (Unreadable e) {
                    throw new IllegalStateException(
                            "offset " + record.offset() + " of " + partition + " cannot be read: " + e.reason() + ", "
                                    + e.getMessage(),
                            e);
                }
            }
        }
    }
}
