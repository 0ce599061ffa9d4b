package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Report;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Watches all that goes by, from the beginning: what was journalled and what agents said. For displays; it takes
/// part in nothing, and what it cannot read it passes over.
public final class Passage implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final List<String> WATCHED = List.of(Topics.JOURNAL, Topics.REPORTS, Topics.TELEMETRY);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Consumer<JournalEvent> onEvent;
    private final Consumer<Report> onReport;

    private Passage(KafkaConsumer<byte[], byte[]> consumer, Consumer<JournalEvent> onEvent, Consumer<Report> onReport) {
        this.consumer = consumer;
        this.onEvent = onEvent;
        this.onReport = onReport;
    }

    /// Both are called from one thread of its own.
    public static Passage watch(
            String bootstrap, Topics topics, Consumer<JournalEvent> onEvent, Consumer<Report> onReport) {
        List<TopicPartition> partitions =
                WATCHED.stream().flatMap(topic -> partitions(topic, topics)).toList();
        return start(bootstrap, partitions, onEvent, onReport);
    }

    private static Passage start(
            String bootstrap,
            List<TopicPartition> partitions,
            Consumer<JournalEvent> onEvent,
            Consumer<Report> onReport) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        var passage = new Passage(consumer, onEvent, onReport);
        Thread.ofPlatform().name("passage").daemon().start(passage::run);
        return passage;
    }

    /// Watches from the beginning what is decided, and nothing else.
    public static Passage decisions(String bootstrap, Topics topics, Consumer<JournalEvent> onEvent) {
        return start(bootstrap, partitions(Topics.JOURNAL, topics).toList(), onEvent, _ -> {});
    }

    @Override
    public void close() {
        consumer.wakeup();
    }

    private static Stream<TopicPartition> partitions(String topic, Topics topics) {
        return IntStream.range(0, topics.partitions()).mapToObj(number -> new TopicPartition(topic, number));
    }

    private void run() {
        try (consumer) {
            while (true) {
                consumer.poll(POLL).forEach(this::read);
            }
        } catch (WakeupException _) {
            // closed
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        try {
            if (record.topic().equals(Topics.JOURNAL)) {
                onEvent.accept(Wire.JOURNAL.read(record.value()));
            } else {
                onReport.accept(Wire.REPORTS.read(record.value()));
            }
        } catch (Unreadable _) {
            // The orchestrator has put it among the dead letters.
        }
    }
}
