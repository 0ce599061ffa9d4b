package dev.lifeboat.edge.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.utils.Utils;

/// The topics, and which partition a node's records are in.
///
/// [#NOTICES], [#REPORTS], [#TICKS] and [#JOURNAL] are co-partitioned: the same number of partitions, and the same
/// partition for a node, so that one owner sees all that is said about it and writes all that is decided.
///
/// @param partitions of every topic but the orders, which have 16 times as many, and
/// [#DEAD_LETTERS], which has one; fixed once records are there
public record Topics(int partitions) {
    public static final String NOTICES = "lifeboat.notices";
    public static final String REPORTS = "lifeboat.reports";
    public static final String TICKS = "lifeboat.ticks";
    public static final String JOURNAL = "lifeboat.journal";
    public static final String ORDERS = "lifeboat.orders";
    public static final String STANDING_ORDERS = "lifeboat.standing-orders";
    public static final String TELEMETRY = "lifeboat.telemetry";
    public static final String MEASUREMENTS = "lifeboat.measurements";
    public static final String DEAD_LETTERS = "lifeboat.dead-letters";

    private static final int MOST_PARTITIONS = 1000;

    /// Every agent reads all of its partition of the orders, its neighbours' too: the more partitions, the less it
    /// reads in vain. Nobody owns them, so unlike the others they cost no loop and no tick.
    private static final int ORDERS_FACTOR = 16;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// Only whole segments are cleaned; the default is a week.
    private static final Duration SEGMENT = Duration.ofHours(1);

    private static final Duration FOREVER = Duration.ofMillis(-1);

    public Topics {
        if (partitions < 1 || partitions > MOST_PARTITIONS) {
            throw new IllegalArgumentException(
                    "topics have 1 to " + MOST_PARTITIONS + " partitions, not " + partitions);
        }
    }

    /// Murmur2 of the UTF-8 key, as Kafka's own producers choose: clients in other languages agree.
    public int partitionOf(String key) {
        return hash(key) % partitions;
    }

    /// The partition of [#ORDERS] that a node's agent reads.
    public int ordersPartitionOf(String node) {
        return hash(node) % ordersPartitions();
    }

    List<TopicPartition> partitions(String topic) {
        return IntStream.range(0, count(topic))
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    int ordersPartitions() {
        return Math.min(MOST_PARTITIONS, partitions * ORDERS_FACTOR);
    }

    private static int hash(String key) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8)));
    }

    /// Makes what is missing; leaves alone what is there. Replication is the broker's default. The right to make topics
    /// is needed only where one is missing: brokers refuse it before they look whether a topic is there.
    ///
    /// @throws IllegalStateException when no broker answers, saying what to check
    public void create(Brokers brokers) throws InterruptedException {
        Map<String, Object> config =
                brokers.config(Map.of(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis()));
        try (var admin = Admin.create(config)) {
            Set<String> there = there(brokers, admin);
            var missing = all().stream()
                    .filter(topic -> !there.contains(topic.name()))
                    .toList();
            for (var made : admin.createTopics(missing).values().entrySet()) {
                settle(brokers, made.getKey(), made.getValue());
            }
        }
    }

    private static Set<String> there(Brokers brokers, Admin admin) throws InterruptedException {
        try {
            return admin.listTopics().names().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(brokers.why(e), e);
        }
    }

    /// That what agents read is there, and divided as they expect.
    ///
    /// @throws IllegalStateException when it is not, saying what to do
    void check(Consumer<?, ?> consumer) {
        for (String topic : List.of(NOTICES, ORDERS, STANDING_ORDERS)) {
            List<PartitionInfo> found = consumer.partitionsFor(topic);
            if (found == null || found.isEmpty()) {
                throw new IllegalStateException("there is no topic " + topic
                        + " yet: orchestrators make it when they start, unless it is made for them; is one running?");
            }
            if (found.size() != count(topic)) {
                throw new IllegalStateException(
                        topic + " has " + found.size() + " partitions, and with --partitions " + partitions
                                + " it would have " + count(topic) + ": give the same --partitions as orchestrators");
            }
        }
    }

    private static void settle(Brokers brokers, String topic, org.apache.kafka.common.KafkaFuture<Void> made)
            throws InterruptedException {
        try {
            made.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException("cannot make topic " + topic + ": " + brokers.why(e), e);
            }
        } catch (TimeoutException e) {
            throw new IllegalStateException(brokers.why(e), e);
        }
    }

    List<NewTopic> all() {
        var topics = new ArrayList<NewTopic>();
        for (var retention : retentions().entrySet()) {
            int count = count(retention.getKey());
            topics.add(new NewTopic(retention.getKey(), Optional.of(count), Optional.empty())
                    .configs(Map.of(
                            TopicConfig.CLEANUP_POLICY_CONFIG,
                            cleanup(retention.getKey()),
                            TopicConfig.SEGMENT_MS_CONFIG,
                            Long.toString(SEGMENT.toMillis()),
                            TopicConfig.RETENTION_MS_CONFIG,
                            Long.toString(retention.getValue().toMillis()))));
        }
        return topics;
    }

    /// Of the standing orders only a node's newest count; a node that is no more is forgotten after the retention.
    private static String cleanup(String topic) {
        return topic.equals(STANDING_ORDERS)
                ? TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE
                : TopicConfig.CLEANUP_POLICY_DELETE;
    }

    private int count(String topic) {
        return switch (topic) {
            case DEAD_LETTERS -> 1;
            case ORDERS, STANDING_ORDERS -> ordersPartitions();
            default -> partitions;
        };
    }

    /// How long each topic keeps its records; the journal is the only truth and is kept.
    static Map<String, Duration> retentions() {
        var retentions = new HashMap<String, Duration>();
        retentions.put(NOTICES, Duration.ofDays(7));
        retentions.put(REPORTS, Duration.ofDays(7));
        retentions.put(TICKS, Duration.ofHours(1));
        retentions.put(JOURNAL, FOREVER);
        retentions.put(ORDERS, Duration.ofDays(1));
        retentions.put(STANDING_ORDERS, Duration.ofDays(7));
        retentions.put(TELEMETRY, Duration.ofHours(1));
        retentions.put(MEASUREMENTS, Duration.ofHours(1));
        retentions.put(DEAD_LETTERS, Duration.ofDays(30));
        return retentions;
    }
}
