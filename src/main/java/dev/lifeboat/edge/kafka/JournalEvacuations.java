package dev.lifeboat.edge.kafka;

import dev.lifeboat.listener.Evacuation;
import dev.lifeboat.listener.Evacuations;
import dev.lifeboat.listener.JournalFold;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Reads the journal partitions of the nodes that somebody waits for, and no others: without a hold there
/// is no connection, so that a listener on each of some thousand nodes costs the broker nothing. One
/// thread.
public final class JournalEvacuations implements Evacuations, AutoCloseable {
    /// Auto Scaling lets no instance wait longer than 48 hours ("Amazon EC2 Auto Scaling lifecycle
    /// hooks", limits, read 2026-11), Azure announces less ahead: what a hold is about was journalled
    /// since.
    private static final Duration LOOK_BACK = Duration.ofDays(2);

    private static final Duration POLL = Duration.ofMillis(50);

    /// For one answer; a journal that cannot be read to its end within it is asked again a second later.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(JournalEvacuations.class);

    private final Brokers brokers;
    private final InstantSource clock;
    private final JournalFold fold = new JournalFold();
    private final List<TopicPartition> watched = new ArrayList<>();
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private @Nullable Topics topics;

    public JournalEvacuations(Brokers brokers, InstantSource clock) {
        this.brokers = brokers;
        this.clock = clock;
    }

    @Override
    public Map<NoticeId, Evacuation> of(Collection<Notice> notices) {
        try {
            return read(notices);
        } catch (KafkaException e) {
            LOG.warnf("the journal cannot be read, clouds are kept waiting why=%s", brokers.why(e));
            return Map.of();
        }
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
        }
    }

    private Map<NoticeId, Evacuation> read(Collection<Notice> notices) {
        KafkaConsumer<byte[], byte[]> journal = consumer == null ? Committed.reader(brokers, PATIENCE) : consumer;
        consumer = journal;
        Topics layout = topics == null ? layout(journal) : topics;
        topics = layout;
        notices.stream()
                .map(notice -> new TopicPartition(
                        Topics.JOURNAL, layout.partitionOf(notice.node().value())))
                .distinct()
                .filter(partition -> !watched.contains(partition))
                .forEach(partition -> watch(journal, partition));
        var standing = new HashMap<NoticeId, Evacuation>();
        if (caughtUp(journal)) {
            notices.forEach(notice -> standing.put(notice.id(), fold.of(notice, clock.instant())));
        }
        return standing;
    }

    private static Topics layout(KafkaConsumer<byte[], byte[]> journal) {
        int partitions = journal.partitionsFor(Topics.JOURNAL).size();
        if (partitions == 0) {
            throw new KafkaException("there is no topic " + Topics.JOURNAL + "; has an orchestrator ever started?");
        }
        return new Topics(partitions);
    }

    private void watch(KafkaConsumer<byte[], byte[]> journal, TopicPartition partition) {
        long from = clock.instant().minus(LOOK_BACK).toEpochMilli();
        var found = journal.offsetsForTimes(Map.of(partition, from)).get(partition);
        watched.add(partition);
        // Where the others are read up to is kept: assigning a partition again does not move it.
        journal.assign(watched);
        if (found == null) {
            journal.seekToEnd(List.of(partition));
        } else {
            journal.seek(partition, found.offset());
        }
    }

    /// Reads to the last stable offset exactly: what lies before it are whole transactions, hence whole
    /// steps of the orchestrator.
    private boolean caughtUp(KafkaConsumer<byte[], byte[]> journal) {
        Instant giveUp = clock.instant().plus(PATIENCE);
        while (clock.instant().isBefore(giveUp)) {
            Map<TopicPartition, Long> ends = journal.endOffsets(watched);
            if (watched.stream()
                    .allMatch(partition -> journal.position(partition) == ends.getOrDefault(partition, 0L))) {
                return true;
            }
            journal.poll(POLL).forEach(record -> JournalRecords.replay(record, fold::replay));
        }
        return false;
    }
}
