package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One node's two ways: orders and its own notices in, reports out.
///
/// Orders are read from the node's own partition, outside of any consumer group: an agent is the only one who can act
/// for its node, so there is nothing to share and nothing to wait for after a restart. Where it had been is not kept:
/// whatever is still owed was sent within the orchestrator's longest interval, so that much is read again, and agents
/// act once per key. Standing orders are read from the beginning: the topic keeps each node's newest.
public final class AgentLink implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(AgentLink.class);

    /// Longer than the longest pause between two sendings of an owed order (15 s).
    private static final Duration LOOK_BACK = Duration.ofSeconds(20);

    /// Auto Scaling lets no instance wait longer than 48 hours ("Amazon EC2 Auto Scaling lifecycle hooks", limits, read
    /// 2026-11); only maintenance is announced further ahead, and of that the orchestrator, which reads all, keeps
    /// restores away. The topic goes back a week, of all nodes of the partition.
    private static final Duration LONGEST_NOTICE = Duration.ofDays(2);

    private static final Duration POLL = Duration.ofSeconds(1);

    /// Well below the 30 s after which the client takes the broker for dead.
    private static final Duration IDLE_FETCH = Duration.ofSeconds(10);

    /// One try to deliver a report. A report is tried until it is delivered.
    private static final Duration ATTEMPT = Duration.ofSeconds(5);

    /// A node that starts may wait so long for Kafka, not longer: its notice may come first.
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /// More than the saves of a full node say in an hour without Kafka.
    private static final int MOST_WAITING = 10_000;

    private final BlockingQueue<Report> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Thread reporter = Thread.ofPlatform().name("reports").daemon().unstarted(this::deliver);

    private final Thread reader = Thread.ofPlatform().name("orders").daemon().unstarted(this::run);
    private final CountDownLatch connected = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    private final Brokers brokers;
    private final Topics topics;
    private final NodeName node;
    private final Ear ear;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> reading;
    private volatile boolean heard;

    private AgentLink(Brokers brokers, Topics topics, NodeName node, Ear ear) {
        this.brokers = brokers;
        this.topics = topics;
        this.node = node;
        this.ear = ear;
    }

    /// Who listens. Called from one thread at a time, in the order of the log; must not block.
    public interface Ear {
        void on(Order order);

        void on(StandingOrders orders);

        /// Of this node, from the last two days: what still holds has to be known after a restart, too.
        void on(Notice notice);

        /// Told the stable reason of every record that could not be read; what it said never came.
        void unreadable(String reason);
    }

    /// Has read every notice that lies there already when it returns, so that the first heartbeat is right; with Kafka
    /// out of reach, or without topics yet, which orchestrators make, it returns all the same, says so, and goes on
    /// trying.
    public static AgentLink open(Brokers brokers, Topics topics, NodeName node, Ear ear) {
        var link = new AgentLink(brokers, topics, node, ear);
        link.reader.start();
        link.reporter.start();
        try {
            if (!link.connected.await(CONNECT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warnf(
                        "Kafka has not answered, this node goes by its standing orders until it does node=%s kafka=%s",
                        node, brokers);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return link;
    }

    /// Queues the report and returns at once, also with Kafka out of reach: whoever reports holds a frozen workload.
    /// The broker gets each at least once and in order. What is stale by the time that it could go is not kept.
    public void send(Report report) {
        boolean stale = switch (report) {
            case Report.Heartbeat _, Report.Echoed _, Report.Measured _, Report.SaveProgress _ -> !waiting.isEmpty();
            case Report.OfMigration _ -> false;
        };
        if (!stale && !waiting.offer(report)) {
            LOG.warnf("too many reports wait for Kafka; the orchestrator will ask again report=%s", report);
        }
    }

    /// Whether the broker has taken a heartbeat since this was opened.
    public boolean isHeard() {
        return heard;
    }

    private void deliver() {
        try {
            connected.await();
            Report next = waiting.take();
            while (true) {
                next = deliver(next);
            }
        } catch (InterruptedException | InterruptException _) {
            // closed
        }
    }

    /// @return the report that this producer will never deliver: another one may, for who we are is read anew
    private Report deliver(Report first) throws InterruptedException {
        Report report = first;
        try (var producer = producer()) {
            while (true) {
                if (delivered(producer, record(report))) {
                    heard |= report instanceof Report.Heartbeat;
                    report = waiting.take();
                } else {
                    LOG.warnf("Kafka is out of reach, reports wait count=%d", waiting.size() + 1);
                }
            }
        } catch (InterruptException closing) {
            throw closing;
        } catch (KafkaException | IllegalArgumentException refused) {
            LOG.warnf("reports wait count=%d why=%s", waiting.size() + 1, brokers.why(refused));
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            return report;
        }
    }

    private static boolean delivered(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record)
            throws InterruptedException {
        try {
            var _ = producer.send(record).get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthenticationException refused) {
                throw refused;
            }
            return false;
        }
    }

    /// What is about one migration is keyed by its home, all else by the node.
    private ProducerRecord<byte[], byte[]> record(Report report) {
        return switch (report) {
            case Report.Heartbeat heartbeat -> record(Topics.TELEMETRY, heartbeat.node(), report);
            case Report.Echoed echoed -> record(Topics.TELEMETRY, echoed.node(), report);
            case Report.Measured measured -> record(Topics.MEASUREMENTS, measured.node(), report);
            case Report.OfMigration of -> record(Topics.REPORTS, of.order().home(), report);
        };
    }

    @Override
    public void close() {
        closed.countDown();
        KafkaConsumer<byte[], byte[]> consumer = reading;
        if (consumer != null) {
            consumer.wakeup();
        }
        reporter.interrupt();
        try {
            // What is on its way gets its time.
            reporter.join(ATTEMPT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ProducerRecord<byte[], byte[]> record(String topic, NodeName key, Report report) {
        return new ProducerRecord<>(
                topic,
                topics.partitionOf(key.value()),
                key.value().getBytes(StandardCharsets.UTF_8),
                Wire.REPORTS.write(report));
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                listen();
            }
        } catch (WakeupException | InterruptedException _) {
            // closed
        }
    }

    private void listen() throws InterruptedException {
        try (var consumer = connect()) {
            connected.countDown();
            while (closed.getCount() > 0) {
                consumer.poll(POLL).forEach(this::read);
            }
        } catch (AuthenticationException | AuthorizationException refused) {
            LOG.warnf("orders are not heard, trying again node=%s why=%s", node, brokers.why(refused));
        }
    }

    /// Until Kafka answers.
    private KafkaConsumer<byte[], byte[]> connect() throws InterruptedException {
        String said = "";
        while (true) {
            try {
                var consumer = consumer();
                reading = consumer;
                topics.check(consumer);
                seek(consumer, InstantSource.system());
                return consumer;
            } catch (WakeupException e) {
                throw e;
            } catch (KafkaException | IllegalStateException | IllegalArgumentException e) {
                String why = String.valueOf(e.getMessage());
                if (!why.equals(said)) {
                    LOG.warnf("Kafka cannot be read yet, trying again node=%s why=%s", node, why);
                    said = why;
                }
                abandon();
            }
            if (closed.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new WakeupException();
            }
        }
    }

    private void abandon() {
        KafkaConsumer<byte[], byte[]> consumer = reading;
        if (consumer != null) {
            consumer.close();
            reading = null;
        }
    }

    private void seek(KafkaConsumer<byte[], byte[]> consumer, InstantSource clock) {
        int partition = topics.ordersPartitionOf(node.value());
        var orders = new TopicPartition(Topics.ORDERS, partition);
        var standing = new TopicPartition(Topics.STANDING_ORDERS, partition);
        var notices = new TopicPartition(Topics.NOTICES, topics.partitionOf(node.value()));
        consumer.assign(List.of(orders, standing, notices));
        consumer.seekToBeginning(List.of(standing));
        Instant now = clock.instant();
        seek(consumer, orders, now.minus(LOOK_BACK));
        seek(consumer, notices, now.minus(LONGEST_NOTICE));
        long end = consumer.endOffsets(List.of(notices)).getOrDefault(notices, 0L);
        while (consumer.position(notices) < end) {
            consumer.poll(POLL).forEach(this::read);
        }
    }

    /// To what was written since; to the end, when that is nothing.
    private static void seek(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, Instant since) {
        var found = consumer.offsetsForTimes(Map.of(partition, since.toEpochMilli()))
                .get(partition);
        if (found == null) {
            consumer.seekToEnd(List.of(partition));
            consumer.position(partition);
        } else {
            consumer.seek(partition, found.offset());
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        try {
            switch (record.topic()) {
                case Topics.ORDERS -> order(Wire.ORDERS.read(record.value()));
                case Topics.STANDING_ORDERS -> standing(record.value());
                default -> notice(Wire.NOTICES.read(record.value()));
            }
        } catch (Unreadable e) {
            ear.unreadable(e.reason().name());
        }
    }

    private void order(Order order) {
        if (order.node().equals(node)) {
            ear.on(order);
        }
    }

    private void notice(Notice notice) {
        if (notice.node().equals(node)) {
            ear.on(notice);
        }
    }

    private void standing(byte @Nullable [] value) throws Unreadable {
        if (value != null) {
            StandingOrders orders = Wire.STANDING_ORDERS.read(value);
            if (orders.node().equals(node)) {
                ear.on(orders);
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                brokers.config(Map.of(
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        // An order of a transaction that came to nothing was never given.
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        // A broker may make up topics that are asked for, with its own number of partitions.
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        // An order is answered with at once; only how often an idle agent asks again depends on it.
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        (int) IDLE_FETCH.toMillis(),
                        ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        (int) POLL.toMillis())),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                brokers.config(Map.of(
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.LINGER_MS_CONFIG,
                        0,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        ATTEMPT.toMillis(),
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        (int) ATTEMPT.toMillis(),
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        (int) ATTEMPT.toMillis(),
                        ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        (int) POLL.toMillis())),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
