package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.orchestrator.Limits;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.Planner;
import dev.lifeboat.orchestrator.Planners;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// An orchestrator in this process, fed by a consumer of its own.
public final class RunningOrchestrator implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final String bootstrap;
    private final Topics topics;
    private final OrchestratorOnKafka orchestrator;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread = Thread.ofPlatform().name("orchestrator").unstarted(this::run);

    private RunningOrchestrator(String bootstrap, String name, Topics topics, Mind mind) throws InterruptedException {
        this.bootstrap = bootstrap;
        this.topics = topics;
        this.orchestrator = new OrchestratorOnKafka(
                Brokers.plain(bootstrap), name, topics, mind.limits, mind.planners, mind.observer);
        this.consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        bootstrap,
                        "group.id",
                        OrchestratorOnKafka.GROUP,
                        "group.instance.id",
                        name,
                        "partition.assignment.strategy",
                        "org.apache.kafka.clients.consumer.RangeAssignor",
                        "session.timeout.ms",
                        6_000,
                        "heartbeat.interval.ms",
                        1_500,
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    public static RunningOrchestrator start(String bootstrap, Topics topics, Observer observer)
            throws InterruptedException {
        return start(bootstrap, topics, _ -> Planner.SAVE_ALL, observer);
    }

    public static RunningOrchestrator start(String bootstrap, Topics topics, Planners planners, Observer observer)
            throws InterruptedException {
        return start(bootstrap, topics, new Mind(Limits.STANDARD, planners, observer));
    }

    /// How it decides, and who watches.
    public record Mind(Limits limits, Planners planners, Observer observer) {}

    public static RunningOrchestrator start(String bootstrap, Topics topics, Mind mind) throws InterruptedException {
        var running = new RunningOrchestrator(bootstrap, "orchestrator-0", topics, mind);
        running.thread.start();
        return running;
    }

    /// For a process of its own, that can be killed: says what it owns whenever that changes, and ends when
    /// it cannot go on.
    ///
    /// @param arguments the broker, the number of partitions, the orchestrator's name
    public static void main(String... arguments) throws InterruptedException {
        var topics = new Topics(Integer.parseInt(arguments[1]));
        var mind = new Mind(Limits.STANDARD, _ -> Planner.SAVE_ALL, Observer.NONE);
        var running = new RunningOrchestrator(arguments[0], arguments[2], topics, mind);
        running.thread.start();
        running.thread.join();
        Runtime.getRuntime().halt(1);
    }

    /// All that was ever decided, each partition in its order.
    public List<JournalEvent> journal() {
        var events = new ArrayList<JournalEvent>();
        var reader = new JournalReader(Brokers.plain(bootstrap), Duration.ofSeconds(60), InstantSource.system());
        IntStream.range(0, topics.partitions()).forEach(partition -> reader.read(partition, events::add));
        return events;
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        orchestrator.close();
    }

    private void failed(RuntimeException why) {
        why.printStackTrace();
        consumer.wakeup();
    }

    private void run() {
        consumer.subscribe(List.of(Topics.NOTICES, Topics.REPORTS, Topics.TICKS), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                orchestrator.loop().revoked();
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                orchestrator.loop().assigned(consumer, partitions);
                System.out.println("owns " + orchestrator.loop().partitions());
            }
        });
        try (var desk = Desk.start(orchestrator.loop(), this::failed);
                consumer) {
            while (true) {
                var records = consumer.poll(POLL);
                desk.put(records, consumer.groupMetadata().generationId());
            }
        } catch (WakeupException _) {
            // closed
        }
    }
}
