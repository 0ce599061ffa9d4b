package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// One node's two ways: orders and its own notices in, reports out.
///
/// Orders are read from the node's own partition, outside of any consumer group: an agent is the only one who can act
/// for its node, so there is nothing to share and nothing to wait for after a restart. Where it had been is not kept:
/// whatever is still owed was sent within the orchestrator's longest interval, so that much is read again, and agents
/// act once per key.
public final class AgentLink implements AutoCloseable {
    /// Longer than the longest pause between two sendings of an owed order (15 s).
    private static final Duration LOOK_BACK = Duration.ofSeconds(20);

    private static final Duration POLL = Duration.ofSeconds(1);

    /// Well below the 30 s after which the client takes the broker for dead.
    private static final Duration IDLE_FETCH = Duration.ofSeconds(10);

    private final Topics topics;
    private final NodeName node;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Ear ear;

    /// Who listens. Called from one thread at a time, in the order of the log; must not block.
    public interface Ear {
        void on(Order order);

        /// Of this node, from the oldest that is kept: what still holds has to be known after a restart, too.
        void on(Notice notice);

        /// Told the stable reason of every record that could not be read; what it said never came.
        void unreadable(String reason);
    }

    private AgentLink(String bootstrap, Topics topics, NodeName node, Ear ear) {
        this.topics = topics;
        this.node = node;
        this.ear = ear;
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        // An order of a transaction that came to nothing was never given.
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        // An order is answered with at once; only how often an idle agent asks again depends on it.
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        (int) IDLE_FETCH.toMillis()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /// Has read every notice that lies there already when it returns, so that the first heartbeat is right.
    public static AgentLink open(String bootstrap, Topics topics, NodeName node, Ear ear) {
        var link = new AgentLink(bootstrap, topics, node, ear);
        link.seek(InstantSource.system());
        Thread.ofPlatform().name("orders").daemon().start(link::run);
        return link;
    }

    /// Queues the report; the broker gets each once and in order. What is about one migration is keyed by its home, all
    /// else by the node.
    public void send(Report report) {
        var record = switch (report) {
            case Report.Heartbeat heartbeat -> record(Topics.TELEMETRY, heartbeat.node(), report);
            case Report.Echoed echoed -> record(Topics.TELEMETRY, echoed.node(), report);
            case Report.Measured measured -> record(Topics.TELEMETRY, measured.node(), report);
            case Report.OfMigration of -> record(Topics.REPORTS, of.order().home(), report);
        };
        // The producer retries for two minutes; past that the orchestrator asks again by repeating the order.
        var _ = producer.send(record);
    }

    @Override
    public void close() {
        consumer.wakeup();
        producer.close();
    }

    private ProducerRecord<byte[], byte[]> record(String topic, NodeName key, Report report) {
        return new ProducerRecord<>(
                topic,
                topics.partitionOf(key.value()),
                key.value().getBytes(StandardCharsets.UTF_8),
                Wire.REPORTS.write(report));
    }

    private void seek(InstantSource clock) {
        var orders = new TopicPartition(Topics.ORDERS, topics.ordersPartitionOf(node.value()));
        var notices = new TopicPartition(Topics.NOTICES, topics.partitionOf(node.value()));
        consumer.assign(List.of(orders, notices));
        var found = consumer.offsetsForTimes(
                        Map.of(orders, clock.instant().minus(LOOK_BACK).toEpochMilli()))
                .get(orders);
        if (found == null) {
            consumer.seekToEnd(List.of(orders));
            consumer.position(orders);
        } else {
            consumer.seek(orders, found.offset());
        }
        consumer.seekToBeginning(List.of(notices));
        long end = consumer.endOffsets(List.of(notices)).getOrDefault(notices, 0L);
        while (consumer.position(notices) < end) {
            consumer.poll(POLL).forEach(this::read);
        }
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
        try {
            if (record.topic().equals(Topics.ORDERS)) {
                Order order = Wire.ORDERS.read(record.value());
                if (order.node().equals(node)) {
                    ear.on(order);
                }
            } else {
                Notice notice = Wire.NOTICES.read(record.value());
                if (notice.node().equals(node)) {
                    ear.on(notice);
                }
            }
        } catch (Unreadable e) {
            ear.unreadable(e.reason().name());
        }
    }
}
