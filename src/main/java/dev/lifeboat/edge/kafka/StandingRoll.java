package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.NodeName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// Which nodes there were, by the standing orders that each has: the topic keeps every node's newest.
final class StandingRoll {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Brokers brokers;
    private final Topics topics;

    StandingRoll(Brokers brokers, Topics topics) {
        this.brokers = brokers;
        this.topics = topics;
    }

    /// The newest orders of each wanted node that was given any since; what cannot be read is passed over, its agent
    /// could not read it either.
    Collection<StandingOrders> since(Instant since, Predicate<NodeName> wanted) {
        var newest = new HashMap<String, byte[]>();
        try (var consumer = Committed.reader(brokers)) {
            List<TopicPartition> partitions = topics.partitions(Topics.STANDING_ORDERS);
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Committed.seek(consumer, partitions, since, ends);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                consumer.poll(POLL).forEach(record -> keep(record, newest));
            }
        }
        var found = new ArrayList<StandingOrders>();
        newest.values().forEach(value -> read(value, wanted, found));
        return found;
    }

    private static void keep(ConsumerRecord<byte[], byte[]> record, Map<String, byte[]> newest) {
        if (record.key() != null && record.value() != null) {
            newest.put(new String(record.key(), StandardCharsets.UTF_8), record.value());
        }
    }

    private static void read(byte[] value, Predicate<NodeName> wanted, List<StandingOrders> found) {
        try {
            StandingOrders orders = Wire.STANDING_ORDERS.read(value);
            if (wanted.test(orders.node()) && !orders.saves().isEmpty()) {
                found.add(orders);
            }
        } catch (Unreadable _) {
            // See above.
        }
    }
}
