package dev.lifeboat.edge.source.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.EmbeddedBroker;
import dev.lifeboat.edge.kafka.FileSpool;
import dev.lifeboat.edge.kafka.KafkaDeadLetterLog;
import dev.lifeboat.edge.kafka.KafkaNoticeLog;
import dev.lifeboat.edge.kafka.ListenerProducer;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.notice.NodeName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The listener's whole way, from a metadata service to a broker and a disk, with the broker cut off in between.
final class ImdsToKafkaIT {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String TERMINATE = "{\"action\":\"terminate\",\"time\":\"2026-01-01T00:02:00Z\"}";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path dir;

    private final ImdsServer server = new ImdsServer();
    private final Imds imds = new Imds(server.endpoint(), InstantSource.fixed(NOW));
    private final CountingTally tally = new CountingTally();

    @AfterEach
    void stop() {
        imds.close();
        server.close();
    }

    @Test
    void poisonGoesToTheDeadLettersAndTheNoticeAfterItToTheNotices() throws Exception {
        try (var broker = broker(0);
                var producer = new ListenerProducer(Brokers.plain(broker.bootstrap()), Duration.ofSeconds(10))) {
            var source = source(listener(producer));
            var poison = new ArrayList<String>();
            for (ImdsSourceTest.Absurdity absurd : ImdsSourceTest.absurdities().toList()) {
                poison.add(absurd.reason().name());
                server.answer(
                        ImdsPath.INSTANCE_ACTION,
                        200,
                        absurd.contentType(),
                        absurd.body().bytes());
                source.look();
            }
            server.announce(ImdsPath.INSTANCE_ACTION, TERMINATE);
            source.look();

            assertThat(records(broker, Topics.DEAD_LETTERS))
                    .extracting(letter -> letter.get("reason").textValue())
                    .containsExactlyElementsOf(poison);
            assertThat(records(broker, Topics.NOTICES))
                    .extracting(notice -> notice.get("type").textValue())
                    .containsExactly("preemption");
        }
    }

    @Test
    void aNoticeThatComesWhileTheBrokerIsGoneArrivesOnceItIsBackEvenAfterARestart() throws Exception {
        String bootstrap;
        try (var broker = broker(0)) {
            bootstrap = broker.bootstrap();
        }
        server.announce(ImdsPath.INSTANCE_ACTION, TERMINATE);
        try (var producer = new ListenerProducer(Brokers.plain(bootstrap), Duration.ofMillis(500))) {
            var source = source(listener(producer));
            source.look();
            source.look();
        }
        assertThat(tally.count("ec2-imds SPOOLED")).isEqualTo(2);

        int port = Integer.parseInt(bootstrap.substring(bootstrap.indexOf(':') + 1));
        try (var broker = broker(port);
                var producer = new ListenerProducer(Brokers.plain(bootstrap), Duration.ofSeconds(10))) {
            Listener restarted = listener(producer);
            assertThat(restarted.catchUp()).isEqualTo(1);
            source(restarted).look();

            assertThat(records(broker, Topics.NOTICES)).hasSize(1);
            assertThat(restarted.catchUp()).isZero();
        }
    }

    private Listener listener(ListenerProducer producer) throws IOException {
        return new Listener(
                new KafkaNoticeLog(producer),
                new KafkaDeadLetterLog(producer),
                new FileSpool(dir.resolve("spool"), 100),
                tally,
                InstantSource.fixed(NOW));
    }

    private ImdsSource source(Listener listener) {
        return new ImdsSource(
                imds,
                ImdsPath.INSTANCE_ACTION,
                new NodeName("node-a"),
                Trust.FULL,
                listener,
                tally,
                InstantSource.fixed(NOW));
    }

    private EmbeddedBroker broker(int port) throws Exception {
        var broker = EmbeddedBroker.start(dir.resolve("kafka"), port);
        new Topics(1).create(Brokers.plain(broker.bootstrap()));
        return broker;
    }

    private static List<JsonNode> records(EmbeddedBroker broker, String topic) throws IOException {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrap()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end =
                    consumer.endOffsets(List.of(partition)).values().iterator().next();
            var records = new ArrayList<JsonNode>();
            while (consumer.position(partition) < end) {
                for (var record : consumer.poll(Duration.ofSeconds(5))) {
                    records.add(new ObjectMapper().readTree(record.value()));
                }
            }
            return records;
        }
    }
}
