package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.orchestrator.Evacuations;
import dev.lifeboat.orchestrator.Input;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.Orchestrator.Step;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// All that one transaction says: what was decided on some inputs, and that these inputs are done with.
final class Batch {
    /// A record to write, and the event that it holds, if it is one of the journal.
    record Written(
            ProducerRecord<byte[], byte[]> record, @Nullable JournalEvent event) {}

    final List<Written> records = new ArrayList<>();
    final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    private final List<Runnable> news = new ArrayList<>();
    private final Topics topics;
    private final Observer observer;

    Batch(Topics topics, Observer observer) {
        this.topics = topics;
        this.observer = observer;
    }

    void done(ConsumerRecord<byte[], byte[]> input) {
        offsets.put(new TopicPartition(input.topic(), input.partition()), new OffsetAndMetadata(input.offset() + 1));
    }

    void add(int partition, Step step, Evacuations state) {
        for (JournalEvent event : step.events()) {
            byte[] key = bytes(home(event, state));
            var record = new ProducerRecord<>(Topics.JOURNAL, partition, key, Wire.JOURNAL.write(event));
            records.add(new Written(record, event));
            Observer.Decided decided = decided(event, state);
            news.add(() -> observer.decided(decided));
        }
        for (Order order : step.orders()) {
            String node = order.node().value();
            write(Topics.ORDERS, node, Wire.ORDERS.write(order));
            news.add(() -> observer.ordered(order));
        }
        for (StandingOrders standing : step.standing()) {
            String node = standing.node().value();
            write(Topics.STANDING_ORDERS, node, Wire.STANDING_ORDERS.write(standing));
        }
    }

    private void write(String topic, String node, byte[] value) {
        var record = new ProducerRecord<>(topic, topics.ordersPartitionOf(node), bytes(node), value);
        records.add(new Written(record, null));
    }

    /// What is told of inputs that change nothing.
    void heard(Input input) {
        if (input instanceof Input.Heard(Report.SaveProgress progress)) {
            news.add(() -> observer.progressed(progress));
        }
    }

    void deadLetter(ConsumerRecord<byte[], byte[]> input, Unreadable why) {
        records.add(new Written(DeadLetterRecord.of(input, why).toTopic(), null));
        news.add(() -> observer.deadLetter(why.reason().name()));
    }

    void tellObserver() {
        news.forEach(Runnable::run);
    }

    private static Observer.Decided decided(JournalEvent event, Evacuations state) {
        if (!(event instanceof MigrationEvent of)) {
            return new Observer.Decided(event, null, null);
        }
        Migration migration = Objects.requireNonNull(state.migration(of.migration()));
        return new Observer.Decided(
                event, migration, state.reclaim(migration.subject().home()));
    }

    private static String home(JournalEvent event, Evacuations state) {
        return switch (event) {
            case JournalEvent.OfNode of -> of.notice().node().value();
            case JournalEvent.OfPlan of -> of.node().value();
            case MigrationEvent of ->
                Objects.requireNonNull(state.migration(of.migration()))
                        .subject()
                        .home()
                        .value();
        };
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
