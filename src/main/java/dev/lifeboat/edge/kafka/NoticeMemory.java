package dev.lifeboat.edge.kafka;

import dev.lifeboat.listener.Memory;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Reclaim;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/// Reads every notice that Kafka still has and goes on with those that come, whoever brought them: for a cluster's
/// listener, of which there is one. Waits for Kafka in the background. Safe for several threads.
public final class NoticeMemory implements Memory, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(NoticeMemory.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /// For one question about topics; then it is asked anew.
    private static final Duration ATTEMPT = Duration.ofSeconds(5);

    /// More nodes than a cluster has; past it those heard of first are forgotten.
    private static final int MOST_NODES = 65_536;

    private final Brokers brokers;
    private final Consumer<Notice> ear;
    private final Map<NodeName, Reclaim> reclaims = new LinkedHashMap<>();
    private boolean caughtUp;
    private final CountDownLatch closed = new CountDownLatch(1);

    /// @param ear hears every notice, in each node's order, on one thread; must not block
    public NoticeMemory(Brokers brokers, Consumer<Notice> ear) {
        this.brokers = brokers;
        this.ear = ear;
    }

    /// To be called once, when who listens is ready.
    public void start() {
        Thread.ofPlatform().name("notices").daemon().start(this::run);
    }

    @Override
    public synchronized Optional<List<Notice>> standing(NodeName node, String source) {
        if (!caughtUp) {
            return Optional.empty();
        }
        Reclaim reclaim = reclaims.get(node);
        return Optional.of(
                reclaim == null
                        ? List.of()
                        : reclaim.standingWords().stream()
                                .filter(notice -> notice.source().equals(source))
                                .toList());
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void run() {
        try {
            do {
                try (var consumer = consumer()) {
                    listen(consumer);
                } catch (KafkaException e) {
                    LOG.infof("what is said is not heard for now, asking again why=%s", brokers.why(e));
                }
            } while (!closed.await(1, TimeUnit.SECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// From the beginning, until closed; returns at once when there is nothing to listen to.
    private void listen(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.NOTICES).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            LOG.debugf("there is no topic %s yet", Topics.NOTICES);
            return;
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        while (closed.getCount() > 0) {
            consumer.poll(POLL).forEach(this::read);
            if (ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                catchesUp();
                ends = Map.of();
            }
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        try {
            Notice notice = Wire.NOTICES.read(record.value());
            remember(notice);
            ear.accept(notice);
        } catch (Unreadable _) {
            // The orchestrator sets it aside and counts it.
        }
    }

    private synchronized void remember(Notice notice) {
        if (!(notice instanceof Notice.Canary)) {
            reclaims.compute(notice.node(), (_, known) -> Reclaim.fold(known, notice, notice.receivedAt()));
            while (reclaims.size() > MOST_NODES) {
                reclaims.remove(reclaims.keySet().iterator().next());
            }
        }
    }

    private synchronized void catchesUp() {
        caughtUp = true;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                brokers.config(Map.of(
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        // Made by a question, the topic would have the broker's number of partitions.
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        (int) ATTEMPT.toMillis(),
                        ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        (int) ATTEMPT.toMillis())),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
