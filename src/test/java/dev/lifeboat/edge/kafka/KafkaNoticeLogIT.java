package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.listener.DeadLetter;
import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.NoticeLog;
import dev.lifeboat.listener.NoticeLogContract;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Rejection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class KafkaNoticeLogIT extends NoticeLogContract {
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static KafkaUnderTest broker;

    private final ListenerProducer producer =
            new ListenerProducer(Brokers.plain(broker.bootstrap()), Duration.ofSeconds(10));
    private final ListenerProducer cutOff = new ListenerProducer(Brokers.plain("127.0.0.1:1"), Duration.ofMillis(300));

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaUnderTest.start();
        new Topics(4).create(Brokers.plain(broker.bootstrap()));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @AfterEach
    void close() {
        producer.close();
        cutOff.close();
    }

    @Override
    protected NoticeLog log() {
        return new KafkaNoticeLog(producer);
    }

    @Override
    protected NoticeLog unreachableLog() {
        return new KafkaNoticeLog(cutOff);
    }

    @Override
    protected List<Notice> appendedFor(NodeName node) {
        return records(Topics.NOTICES).stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(node.value()))
                .map(KafkaNoticeLogIT::notice)
                .toList();
    }

    @Test
    void aNodesNoticesAreInThePartitionThatTheTopicsName() {
        var node = new NodeName("partition-of");
        log().append(List.of(new Notice.Advisory(
                dev.lifeboat.notice.NoticeId.of("p"), node, "ec2-imds", Instant.parse("2026-01-01T00:00:00Z"))));

        assertThat(records(Topics.NOTICES))
                .filteredOn(record -> new String(record.key(), StandardCharsets.UTF_8).equals(node.value()))
                .extracting(ConsumerRecord::partition)
                .containsExactly(new Topics(4).partitionOf(node.value()));
    }

    @Test
    void aDeadLetterKeepsItsReasonAndItsBytes() throws Exception {
        byte[] body = {'{', (byte) 0xff, 0};
        var letter =
                new Letter("ec2-imds", "spot/instance-action", Instant.parse("2026-01-01T00:00:00Z"), Payload.of(body));
        new KafkaDeadLetterLog(producer)
                .append(DeadLetter.of(letter, new Reading.Unreadable(Rejection.NOT_UTF8, "not valid UTF-8")));

        var json = new ObjectMapper()
                .readTree(records(Topics.DEAD_LETTERS).getFirst().value());
        assertThat(json.get("reason").textValue()).isEqualTo("NOT_UTF8");
        assertThat(json.get("about").textValue()).isEqualTo("spot/instance-action");
        assertThat(json.get("body").binaryValue()).isEqualTo(body);
    }

    private static Notice notice(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Wire.NOTICES.read(record.value());
        } catch (Unreadable e) {
            throw new AssertionError(e);
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrap()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map((PartitionInfo info) -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var all = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofSeconds(5)).forEach(all::add);
            }
            return all;
        }
    }
}
