package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/// Watches all that goes by, from the beginning: what was journalled and what agents said. For displays; it takes
/// part in nothing, and what it cannot read it passes over.
public final class Passage implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final List<String> WATCHED = List.of(Topics.JOURNAL, Topics.REPORTS, Topics.TELEMETRY);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<Class<? extends JournalEvent>> wanted;
    private final BiConsumer<JournalEvent, Instant> onEvent;
    private final Consumer<Report> onReport;
    private final Consumer<byte[]> onDeadLetter;

    private Passage(
            KafkaConsumer<byte[], byte[]> consumer,
            Set<Class<? extends JournalEvent>> wanted,
            BiConsumer<JournalEvent, Instant> onEvent,
            Consumer<Report> onReport,
            Consumer<byte[]> onDeadLetter) {
        this.consumer = consumer;
        this.wanted = wanted;
        this.onEvent = onEvent;
        this.onReport = onReport;
        this.onDeadLetter = onDeadLetter;
    }

    /// Both are called from one thread of its own.
    public static Passage watch(
            Brokers brokers, Topics topics, Consumer<JournalEvent> onEvent, Consumer<Report> onReport) {
        List<TopicPartition> partitions = WATCHED.stream()
                .flatMap(topic -> topics.partitions(topic).stream())
                .toList();
        var passage = new Passage(
                Committed.reader(brokers), Set.of(), (event, _) -> onEvent.accept(event), onReport, _ -> {});
        return passage.start(partitions);
    }

    /// Watches from the beginning what is decided and what is set aside as unreadable, and nothing else.
    ///
    /// @param wanted events; others are not even parsed
    /// @param onEvent gets each with the time at which it had come here as committed
    /// @param onDeadLetter gets each dead letter's JSON: docs/reference/dead-letter.schema.json
    public static Passage decisions(
            Brokers brokers,
            Topics topics,
            Set<Class<? extends JournalEvent>> wanted,
            BiConsumer<JournalEvent, Instant> onEvent,
            Consumer<byte[]> onDeadLetter) {
        List<TopicPartition> partitions = Stream.of(Topics.JOURNAL, Topics.DEAD_LETTERS)
                .flatMap(topic -> topics.partitions(topic).stream())
                .toList();
        return new Passage(Committed.reader(brokers), wanted, onEvent, _ -> {}, onDeadLetter).start(partitions);
    }

    private Passage start(List<TopicPartition> partitions) {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Thread.ofPlatform().name("passage").daemon().start(this::run);
        return this;
    }

    @Override
    public void close() {
        consumer.wakeup();
    }

    private void run() {
        try (consumer) {
            while (true) {
                var records = consumer.poll(POLL);
                Instant cameAt = Instant.now();
                records.forEach(record -> read(record, cameAt));
            }
        } catch (WakeupException _) {
            // closed
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record, Instant cameAt) {
        if (record.value() == null) {
            return;
        }
        try {
            switch (record.topic()) {
                case Topics.JOURNAL -> {
                    if (wanted.isEmpty() || Wire.JOURNAL.mayBe(record.value(), wanted)) {
                        onEvent.accept(Wire.JOURNAL.read(record.value()), cameAt);
                    }
                }
                case Topics.DEAD_LETTERS -> onDeadLetter.accept(record.value());
                default -> onReport.accept(Wire.REPORTS.read(record.value()));
            }
        } catch (Unreadable _) {
            // The orchestrator has put it among the dead letters.
        }
    }
}
