package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.Report;
import dev.lifeboat.orchestrator.View;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Keeps the [View]: reads every heartbeat of every node, in every orchestrator, outside of any consumer group.
final class Telemetry implements AutoCloseable {
    /// Heartbeats come every second; older ones say nothing of now.
    private static final Duration LOOK_BACK = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final InstantSource clock;
    private final Observer observer;
    private final Thread thread;

    private volatile View view = View.EMPTY;

    private Telemetry(KafkaConsumer<byte[], byte[]> consumer, InstantSource clock, Observer observer) {
        this.consumer = consumer;
        this.clock = clock;
        this.observer = observer;
        this.thread = Thread.ofPlatform().name("telemetry").unstarted(this::run);
    }

    /// Has read what lies there already when it returns, so that a first notice finds the nodes known.
    static Telemetry start(String bootstrap, Topics topics, InstantSource clock, Observer observer) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap, ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var telemetry = new Telemetry(consumer, clock, observer);
        telemetry.catchUp(topics);
        telemetry.thread.start();
        return telemetry;
    }

    View view() {
        return view;
    }

    @Override
    public void close() {
        consumer.wakeup();
    }

    private void catchUp(Topics topics) {
        List<TopicPartition> partitions = IntStream.range(0, topics.partitions())
                .mapToObj(partition -> new TopicPartition(Topics.TELEMETRY, partition))
                .toList();
        consumer.assign(partitions);
        long since = clock.instant().minus(LOOK_BACK).toEpochMilli();
        var times = new HashMap<TopicPartition, Long>();
        partitions.forEach(partition -> times.put(partition, since));
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        consumer.offsetsForTimes(times)
                .forEach((partition, found) ->
                        consumer.seek(partition, found == null ? ends.getOrDefault(partition, 0L) : found.offset()));
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            take(consumer.poll(POLL));
        }
    }

    private void run() {
        try (consumer) {
            while (true) {
                take(consumer.poll(POLL));
            }
        } catch (WakeupException _) {
            // closed
        }
    }

    private void take(ConsumerRecords<byte[], byte[]> polled) {
        var heartbeats = new ArrayList<Report.Heartbeat>(polled.count());
        polled.forEach(record -> read(record).ifPresent(heartbeats::add));
        if (!heartbeats.isEmpty()) {
            view = view.with(heartbeats, clock.instant());
        }
    }

    private Optional<Report.Heartbeat> read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            return switch (Wire.REPORTS.read(record.value())) {
                case Report.Heartbeat heartbeat -> Optional.of(heartbeat);
                case Report.Echoed echoed -> {
                    observer.echoed(echoed, clock.instant());
                    yield Optional.empty();
                }
                case Report.OfMigration _ -> Optional.empty();
            };
        } catch (Unreadable e) {
            observer.deadLetter(e.reason().name());
            return Optional.empty();
        }
    }
}
