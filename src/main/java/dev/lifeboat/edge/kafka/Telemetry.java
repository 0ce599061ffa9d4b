package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.migration.StandingOrders.Rhythm;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.Outlook;
import dev.lifeboat.orchestrator.View;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Keeps the [View]: reads what concerns every node, in every orchestrator, outside of any consumer group. Heartbeats,
/// notices, and the journals of all partitions for the memory that they promise.
final class Telemetry implements AutoCloseable {
    /// Heartbeats come every second; older ones say nothing of now.
    private static final Duration LOOK_BACK = Duration.ofSeconds(30);

    /// Twice as long as any node's standing orders go unrepeated.
    private static final Duration LONGEST_CUT = StandingOrders.REPEATED.multipliedBy(2);

    /// Between two looks for what is past; it counts in minutes.
    private static final Duration SWEEP = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final Observer observer;
    private final BadHeartbeats bad = new BadHeartbeats();
    private final Follower follower;

    private Instant sweptAt = Instant.EPOCH;
    private volatile View view = View.EMPTY;
    private final AtomicReference<Outlook> outlook = new AtomicReference<>(Outlook.NONE);

    private Telemetry(Brokers brokers, KafkaConsumer<byte[], byte[]> consumer, InstantSource clock, Observer observer) {
        this.clock = clock;
        this.observer = observer;
        this.follower = new Follower(brokers, consumer, this::take);
    }

    /// Has read what lies there already when it returns, so that a first notice finds the nodes known.
    static Telemetry start(Brokers brokers, Topics topics, InstantSource clock, Observer observer) {
        var consumer = Committed.unhurried(brokers);
        var telemetry = new Telemetry(brokers, consumer, clock, observer);
        telemetry.catchUp(consumer, topics);
        telemetry.remember(new StandingRoll(brokers, topics));
        telemetry.follower.start("telemetry");
        return telemetry;
    }

    /// Whoever was cut off before this process began, and may have acted alone since.
    private void remember(StandingRoll roll) {
        Instant now = clock.instant();
        view = view.remembering(roll.since(now.minus(LONGEST_CUT), node -> !view.knows(node)), now);
    }

    View view() {
        return view.with(outlook.get());
    }

    /// From now on part of the view.
    void paced(Map<WorkloadId, Rhythm> rhythms) {
        outlook.updateAndGet(known -> new Outlook(rhythms, known.homeless()));
    }

    /// From now on part of the view.
    void homeless(Set<WorkloadId> workloads) {
        outlook.updateAndGet(known -> new Outlook(known.rhythms(), workloads));
    }

    /// What could not be read of heartbeats, for the dead letters.
    BadHeartbeats bad() {
        return bad;
    }

    @Override
    public void close() {
        follower.close();
    }

    private void catchUp(KafkaConsumer<byte[], byte[]> consumer, Topics topics) {
        List<TopicPartition> notices = topics.partitions(Topics.NOTICES);
        List<TopicPartition> heartbeats = topics.partitions(Topics.TELEMETRY);
        List<TopicPartition> journal = topics.partitions(Topics.JOURNAL);
        List<TopicPartition> all =
                Stream.of(notices, heartbeats, journal).flatMap(List::stream).toList();
        consumer.assign(all);
        Map<TopicPartition, Long> ends = consumer.endOffsets(all);
        // A notice may hold for as long as its topic keeps it.
        consumer.seekToBeginning(notices);
        Instant now = clock.instant();
        Committed.seek(consumer, heartbeats, now.minus(LOOK_BACK), ends);
        Committed.seek(consumer, journal, now.minus(View.LONGEST_PROMISE), ends);
        follower.catchUp(all);
    }

    private void take(ConsumerRecords<byte[], byte[]> polled) {
        Instant now = clock.instant();
        var heartbeats = new ArrayList<Report.Heartbeat>(polled.count());
        var notices = new ArrayList<Notice>();
        var decided = new ArrayList<JournalEvent>();
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            if (record.value() == null) {
                continue;
            }
            switch (record.topic()) {
                case Topics.TELEMETRY -> bad.read(record).ifPresent(report -> take(report, heartbeats, now));
                case Topics.NOTICES -> read(Wire.NOTICES, record, notices);
                default -> {
                    if (Wire.JOURNAL.mayBe(record.value(), View.PROMISING)) {
                        read(Wire.JOURNAL, record, decided);
                    }
                }
            }
        }
        if (!polled.isEmpty()) {
            View next = sweptIfDue(now).with(heartbeats, now).told(notices, now);
            for (JournalEvent event : decided) {
                next = next.with(event);
            }
            view = next;
        }
    }

    private View sweptIfDue(Instant now) {
        if (now.isBefore(sweptAt.plus(SWEEP))) {
            return view;
        }
        sweptAt = now;
        return view.swept(now);
    }

    private void take(Report report, List<Report.Heartbeat> heartbeats, Instant now) {
        switch (report) {
            case Report.Heartbeat heartbeat -> heartbeats.add(heartbeat);
            case Report.Echoed echoed -> observer.echoed(echoed, now);
            case Report.Measured _, Report.OfMigration _ -> {}
        }
    }

    private static <T> void read(Wire<T> wire, ConsumerRecord<byte[], byte[]> record, List<T> into) {
        try {
            into.add(wire.read(record.value()));
        } catch (Unreadable _) {
            // The partition's owner reads it, too, and has put it among the dead letters or stopped.
        }
    }
}
