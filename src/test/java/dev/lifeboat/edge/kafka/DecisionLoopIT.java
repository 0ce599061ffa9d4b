package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent.MigrationBegun;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.orchestrator.Limits;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.Planner;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The decision loop on a real Kafka: the container's where one can run, and the embedded one.
final class DecisionLoopIT {
    private static final Topics TOPICS = new Topics(1);
    private static final NodeName NODE = new NodeName("node-a");
    private static final NodeName CALM = new NodeName("node-b");

    static List<KafkaUnderTest.Kind> kinds() {
        return KafkaUnderTest.kinds().toList();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aSecondOwnerGoesOnWhereTheFirstLeftOffAndPoisonIsSetAside(KafkaUnderTest.Kind kind) throws Exception {
        try (var kafka = kind.start()) {
            TOPICS.create(Brokers.plain(kafka.bootstrap()));
            beat(kafka.bootstrap(), NODE);
            beat(kafka.bootstrap(), CALM);
            send(kafka.bootstrap(), Topics.NOTICES, "poison".getBytes(StandardCharsets.UTF_8));
            send(kafka.bootstrap(), Topics.NOTICES, Wire.NOTICES.write(notice()));
            decide(kafka.bootstrap(), "first", 8);
            send(kafka.bootstrap(), Topics.NOTICES, Wire.NOTICES.write(notice()));
            decide(kafka.bootstrap(), "second", 8);

            var journal = new ArrayList<JournalEvent>();
            new JournalReader(Brokers.plain(kafka.bootstrap()), Duration.ofSeconds(30), InstantSource.system())
                    .read(0, journal::add);
            assertThat(journal).filteredOn(MigrationBegun.class::isInstance).hasSize(1);
            assertThat(journal)
                    .filteredOn(JournalEvent.NoticeAccepted.class::isInstance)
                    .hasSize(1);
            Instant before = Instant.now().minus(Duration.ofHours(1));
            assertThat(new StandingRoll(Brokers.plain(kafka.bootstrap()), TOPICS).since(before, _ -> true))
                    .extracting(StandingOrders::node)
                    .containsExactlyInAnyOrder(NODE, CALM);
            assertThat(deadLetters(kafka.bootstrap())).singleElement().satisfies(letter -> {
                assertThat(letter.get("source").textValue()).isEqualTo(Topics.NOTICES);
                assertThat(letter.get("about").textValue()).isEqualTo("0/0");
                assertThat(letter.get("reason").textValue()).isEqualTo("NOT_JSON");
                assertThat(letter.get("body").binaryValue()).isEqualTo("poison".getBytes(StandardCharsets.UTF_8));
            });
        }
    }

    /// Runs one owner until it has committed `seconds` polls of a second.
    private static void decide(String bootstrap, String name, int seconds) throws Exception {
        try (var orchestrator = new OrchestratorOnKafka(
                        Brokers.plain(bootstrap), name, TOPICS, Limits.STANDARD, _ -> Planner.SAVE_ALL, Observer.NONE);
                var consumer = new KafkaConsumer<>(
                        Map.<String, Object>of(
                                "bootstrap.servers",
                                bootstrap,
                                "group.id",
                                OrchestratorOnKafka.GROUP,
                                "enable.auto.commit",
                                false,
                                "auto.offset.reset",
                                "earliest"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(Topics.NOTICES, Topics.REPORTS, Topics.TICKS), new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                    orchestrator.loop().revoked();
                }

                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                    orchestrator.loop().assigned(consumer, partitions);
                }
            });
            for (int poll = 0; poll < seconds; poll++) {
                var records = consumer.poll(Duration.ofSeconds(1));
                orchestrator.loop().decide(records, consumer.groupMetadata().generationId());
            }
        }
    }

    private static void beat(String bootstrap, NodeName node) throws Exception {
        var workload = new Workload(
                WorkloadId.parse("lab/pi"),
                "Process",
                "class",
                Map.of(),
                new Footprint(ByteCount.ZERO, ByteCount.ZERO, 1));
        send(
                bootstrap,
                Topics.TELEMETRY,
                Wire.REPORTS.write(
                        new Report.Heartbeat(node, Instant.now(), List.of(workload), new ByteRate(0), true, null)));
    }

    private static Notice notice() {
        Instant now = Instant.now();
        return new Notice.Preemption(
                new NoticeId("00000000000000aa"), NODE, "test", now, now.plusSeconds(600), Action.STOP);
    }

    private static void send(String bootstrap, String topic, byte[] value) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, NODE.value().getBytes(StandardCharsets.UTF_8), value))
                    .get();
        }
    }

    private static List<JsonNode> deadLetters(String bootstrap) throws IOException {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partition = new TopicPartition(Topics.DEAD_LETTERS, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var letters = new ArrayList<JsonNode>();
            for (var record : consumer.poll(Duration.ofSeconds(10))) {
                letters.add(new ObjectMapper().readTree(record.value()));
            }
            return letters;
        }
    }
}
