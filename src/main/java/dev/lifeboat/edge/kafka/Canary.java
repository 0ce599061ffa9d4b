package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Watches canaries on their way through the topics. All times are this process's own, from [#said] on: no two clocks
/// have to agree. One thread.
public final class Canary implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private static final Map<String, Hop> HOPS = Map.of(
            Topics.NOTICES, Hop.LOGGED,
            Topics.ORDERS, Hop.DECIDED,
            Topics.TELEMETRY, Hop.ACKNOWLEDGED);

    /// How far a canary has come.
    public enum Hop {
        /// In Kafka: the listener's part is done.
        LOGGED("in Kafka", "is the listener running, and does it reach Kafka?"),
        /// An orchestrator has answered it in a committed transaction.
        DECIDED("decided", "is an orchestrator running?"),
        /// The node's agent has answered.
        ACKNOWLEDGED("acknowledged", "does an agent run on this node, and is that the node's name?");

        private final String words;
        private final String question;

        Hop(String words, String question) {
            this.words = words;
            this.question = question;
        }

        /// For people.
        public String words() {
            return words;
        }

        /// What to ask oneself when a canary does not come as far.
        public String question() {
            return question;
        }
    }

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<Hop, Duration> passed = new EnumMap<>(Hop.class);
    private long saidNanos = System.nanoTime();

    private Canary(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /// Begins to watch at the topics' ends.
    ///
    /// @throws org.apache.kafka.common.KafkaException when no broker answers
    public static Canary watch(Brokers brokers, Duration patience) {
        var consumer = new KafkaConsumer<>(
                brokers.config(Map.of(
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        (int) patience.toMillis())),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        var partitions = new ArrayList<TopicPartition>();
        for (String topic : HOPS.keySet()) {
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return new Canary(consumer);
    }

    /// Every node whose agent is heard of within `time`.
    public NavigableSet<NodeName> nodes(Duration time) {
        var nodes = new TreeSet<NodeName>(Comparator.comparing(NodeName::value));
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            for (var record : consumer.poll(POLL)) {
                if (record.topic().equals(Topics.TELEMETRY) && report(record) instanceof Report.Heartbeat heartbeat) {
                    nodes.add(heartbeat.node());
                }
            }
        }
        return nodes;
    }

    /// From here on time is taken; to be called right before the canary is let go.
    public void said() {
        passed.clear();
        saidNanos = System.nanoTime();
    }

    /// Waits until the canary has come back or `patience` is over.
    ///
    /// @return when it passed each hop, from [#said]; without those that it was not seen at
    public Map<Hop, Duration> follow(NoticeId canary, Duration patience) {
        while (!passed.containsKey(Hop.ACKNOWLEDGED) && elapsed().compareTo(patience) < 0) {
            for (var record : consumer.poll(POLL)) {
                Hop hop = HOPS.get(record.topic());
                if (hop != null && canary.equals(canaryOf(record))) {
                    passed.putIfAbsent(hop, elapsed());
                }
            }
        }
        return Map.copyOf(passed);
    }

    @Override
    public void close() {
        consumer.close();
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - saidNanos);
    }

    private static @Nullable NoticeId canaryOf(ConsumerRecord<byte[], byte[]> record) {
        try {
            return switch (record.topic()) {
                case Topics.NOTICES ->
                    Wire.NOTICES.read(record.value()) instanceof Notice.Canary canary ? canary.id() : null;
                case Topics.ORDERS ->
                    Wire.ORDERS.read(record.value()) instanceof Order.Echo echo ? echo.canary() : null;
                default -> report(record) instanceof Report.Echoed echoed ? echoed.canary() : null;
            };
        } catch (Unreadable _) {
            // Somebody else's business: the orchestrator sets it aside.
            return null;
        }
    }

    private static @Nullable Report report(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Wire.REPORTS.read(record.value());
        } catch (Unreadable _) {
            return null;
        }
    }
}
