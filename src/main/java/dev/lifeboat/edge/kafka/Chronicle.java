package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Report;
import dev.lifeboat.orchestrator.Experience;
import dev.lifeboat.orchestrator.Hindsight;
import dev.lifeboat.orchestrator.Observer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Keeps the [Hindsight]: reads the journals of all partitions, whoever owns them, from their beginning and then as
/// they grow, and what agents measure. So every orchestrator knows what all saves have taught and how fast running
/// memory changes, and still knows it after a restart.
final class Chronicle implements AutoCloseable {
    /// Between two accounts of all that is under way, which may be the saves of a hundred thousand workloads.
    private static final Duration PACE = Duration.ofMillis(250);

    /// An account that took long is given less often: it may take one part in so many of the time.
    private static final int PART = 20;

    /// Ten windows of every workload: enough for its curve, and no more than a second's reading for a hundred nodes.
    private static final Duration LOOK_BACK = Duration.ofMinutes(15);

    private final InstantSource clock;
    private final JustDecided decided;
    private final Observer observer;
    private final Experience experience = new Experience();
    private final Follower follower;

    private boolean stale;
    private long toldAt = System.nanoTime();
    private long rest = PACE.toNanos();
    private volatile Hindsight hindsight = Hindsight.NONE;

    private Chronicle(
            Brokers brokers,
            KafkaConsumer<byte[], byte[]> consumer,
            JustDecided decided,
            InstantSource clock,
            Observer observer) {
        this.decided = decided;
        this.clock = clock;
        this.observer = observer;
        this.follower = new Follower(brokers, consumer, this::read);
    }

    /// Has read the journals that lie there already when it returns, so that the first plan is drawn with them. No plan
    /// waits for measurements: they are read right after.
    ///
    /// @param decided by this process: what it holds is not parsed
    static Chronicle start(
            Brokers brokers, Topics topics, JustDecided decided, InstantSource clock, Observer observer) {
        var consumer = Committed.unhurried(brokers);
        var chronicle = new Chronicle(brokers, consumer, decided, clock, observer);
        chronicle.catchUp(consumer, topics);
        chronicle.follower.start("chronicle");
        return chronicle;
    }

    Hindsight hindsight() {
        return hindsight;
    }

    @Override
    public void close() {
        follower.close();
    }

    private void catchUp(KafkaConsumer<byte[], byte[]> consumer, Topics topics) {
        List<TopicPartition> journals = topics.partitions(Topics.JOURNAL);
        List<TopicPartition> measurements = topics.partitions(Topics.MEASUREMENTS);
        consumer.assign(Stream.of(journals, measurements).flatMap(List::stream).toList());
        consumer.seekToBeginning(journals);
        Committed.seek(consumer, measurements, clock.instant().minus(LOOK_BACK), consumer.endOffsets(measurements));
        consumer.pause(measurements);
        follower.catchUp(journals);
        consumer.resume(measurements);
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
