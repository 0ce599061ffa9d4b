package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Report;
import dev.lifeboat.orchestrator.Experience;
import dev.lifeboat.orchestrator.Hindsight;
import dev.lifeboat.orchestrator.Observer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/// Keeps the [Hindsight]: reads the journals of all partitions, whoever owns them, from their beginning and then as
/// they grow, and what agents measure. So every orchestrator knows what all saves have taught and how fast running
/// memory changes, and still knows it after a restart.
final class Chronicle implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    /// Between two accounts of all that is under way, which may be the saves of a hundred thousand workloads.
    private static final Duration PACE = Duration.ofMillis(250);

    /// An account that took long is given less often: it may take one part in so many of the time.
    private static final int PART = 20;

    /// Ten windows of every workload: enough for its curve, and no more than a second's reading for a hundred nodes.
    private static final Duration LOOK_BACK = Duration.ofMinutes(15);

    private final InstantSource clock;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final JustDecided decided;
    private final Observer observer;
    private final Experience experience = new Experience();
    private final Thread thread;

    private boolean stale;
    private long toldAt = System.nanoTime();
    private long rest = PACE.toNanos();
    private volatile Hindsight hindsight = Hindsight.NONE;

    private Chronicle(
            KafkaConsumer<byte[], byte[]> consumer, JustDecided decided, InstantSource clock, Observer observer) {
        this.consumer = consumer;
        this.decided = decided;
        this.clock = clock;
        this.observer = observer;
        this.thread = Thread.ofPlatform().name("chronicle").unstarted(this::run);
    }

    /// Has read the journals that lie there already when it returns, so that the first plan is drawn with them. No plan
    /// waits for measurements: they are read right after.
    ///
    /// @param decided by this process: what it holds is not parsed
    static Chronicle start(
            Brokers brokers, Topics topics, JustDecided decided, InstantSource clock, Observer observer) {
        var consumer = Committed.unhurried(brokers);
        var chronicle = new Chronicle(consumer, decided, clock, observer);
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
        List<TopicPartition> partitions = partitions(Topics.JOURNAL, topics);
        List<TopicPartition> measurements = partitions(Topics.MEASUREMENTS, topics);
        consumer.assign(
                Stream.of(partitions, measurements).flatMap(List::stream).toList());
        consumer.seekToBeginning(partitions);
        Committed.seek(consumer, measurements, clock.instant().minus(LOOK_BACK), consumer.endOffsets(measurements));
        consumer.pause(measurements);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            read(consumer.poll(POLL));
        }
        consumer.resume(measurements);
    }

    private static List<TopicPartition> partitions(String topic, Topics topics) {
        return IntStream.range(0, topics.partitions())
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
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
        records.forEach(this::read);
        stale |= !records.isEmpty();
        if (stale && System.nanoTime() - toldAt >= rest) {
            tell();
        }
    }

    private void tell() {
        long began = System.nanoTime();
        hindsight = experience.hindsight();
        stale = false;
        toldAt = System.nanoTime();
        rest = Math.max(PACE.toNanos(), PART * (toldAt - began));
    }

    private JournalEvent event(ConsumerRecord<byte[], byte[]> record) throws Unreadable {
        JournalEvent known = decided.take(record.partition(), record.offset());
        return known == null ? Wire.JOURNAL.read(record.value()) : known;
    }

    /// The owner of a corrupt journal stops; who only learns from it goes on with what can be read.
    private void read(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.topic().equals(Topics.JOURNAL)) {
                experience.replay(record.partition(), event(record));
            } else if (Wire.REPORTS.read(record.value()) instanceof Report.Measured measured) {
                experience.learn(measured, clock.instant());
            }
        } catch (Unreadable e) {
            observer.deadLetter(e.reason().name());
        }
    }
}
