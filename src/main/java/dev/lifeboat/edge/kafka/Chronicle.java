package dev.lifeboat.edge.kafka;

import dev.lifeboat.orchestrator.Experience;
import dev.lifeboat.orchestrator.Hindsight;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Keeps the [Hindsight]: reads the journals of all partitions, whoever owns them, from their beginning and then as
/// they grow. So every orchestrator knows what all saves have taught, and still knows it after a restart.
final class Chronicle implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Observer observer;
    private final Experience experience = new Experience();
    private final Thread thread;

    private volatile Hindsight hindsight = Hindsight.NONE;

    private Chronicle(KafkaConsumer<byte[], byte[]> consumer, Observer observer) {
        this.consumer = consumer;
        this.observer = observer;
        this.thread = Thread.ofPlatform().name("chronicle").unstarted(this::run);
    }

    /// Has read what lies there already when it returns, so that the first plan is drawn with it.
    static Chronicle start(String bootstrap, Topics topics, Observer observer) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var chronicle = new Chronicle(consumer, observer);
        chronicle.catchUp(topics);
        chronicle.thread.start();
        return chronicle;
    }

    Hindsight hindsight() {
        return hindsight;
    }

    @Override
    public void close() {
        consumer.wakeup();
    }

    /// As far as the last stable offset: what a former owner leaves open comes later.
    private void catchUp(Topics topics) {
        List<TopicPartition> partitions = IntStream.range(0, topics.partitions())
                .mapToObj(partition -> new TopicPartition(Topics.JOURNAL, partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            read(consumer.poll(POLL));
        }
    }

    private void run() {
        try (consumer) {
            while (true) {
                read(consumer.poll(POLL));
            }
        } catch (WakeupException _) {
            // closed
        }
    }

    private void read(ConsumerRecords<byte[], byte[]> records) {
        if (records.isEmpty()) {
            return;
        }
        records.forEach(this::read);
        hindsight = experience.hindsight();
    }

    /// The owner of a corrupt journal stops; who only learns from it goes on with what can be read.
    private void read(ConsumerRecord<byte[], byte[]> record) {
        try {
            experience.replay(record.partition(), Wire.JOURNAL.read(record.value()));
        } catch (Unreadable e) {
            observer.deadLetter(e.reason().name());
        }
    }
}
