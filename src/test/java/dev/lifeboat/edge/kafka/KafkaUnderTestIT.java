package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the orchestrator's exactly-once step rests on, asked of every Kafka that this machine can run.
final class KafkaUnderTestIT {
    @ParameterizedTest
    @MethodSource("dev.lifeboat.edge.kafka.KafkaUnderTest#kinds")
    void showsCommittedRecordsAndHidesAbortedOnes(KafkaUnderTest.Kind kind) throws Exception {
        try (var kafka = kind.start()) {
            new Topics(2).create(Brokers.plain(kafka.bootstrap()));
            try (var producer = producer(kafka)) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(order("aborted")).get();
                producer.abortTransaction();
                producer.beginTransaction();
                producer.send(order("committed")).get();
                producer.commitTransaction();
            }
            assertThat(firstOf(kafka)).isEqualTo("committed");
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(KafkaUnderTest kafka) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", kafka.bootstrap(), "transactional.id", "kafka-under-test");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static ProducerRecord<byte[], byte[]> order(String text) {
        return new ProducerRecord<>(Topics.ORDERS, 1, null, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String firstOf(KafkaUnderTest kafka) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", kafka.bootstrap(), "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(Topics.ORDERS, 1);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var records = consumer.poll(Duration.ofSeconds(20)).records(partition);
            return new String(records.getFirst().value(), StandardCharsets.UTF_8);
        }
    }
}
