package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FollowerIT {
    private static final TopicPartition JOURNAL = new TopicPartition(Topics.JOURNAL, 0);
    private static final Duration GIVE_UP = Duration.ofMinutes(2);

    private final BlockingQueue<String> taken = new LinkedBlockingQueue<>();
    private final CountDownLatch refused = new CountDownLatch(1);

    @TempDir
    private Path folder;

    @Test
    void goesOnWithWhatCameWhileItsRightsWereGone() throws Exception {
        try (var kafka = GuardedKafka.start(folder);
                var producer = new KafkaProducer<>(
                        kafka.open().config(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            new Topics(1).create(kafka.open());
            say(producer, "before");
            Brokers guarded = kafka.guarded(folder.resolve("jaas"));
            try (var follower = new Follower(guarded, new Reader(guarded), this::take)) {
                follower.catchUp(List.of(JOURNAL));
                assertThat(taken).containsExactly("before");
                follower.start("follower");

                kafka.forbid();
                assertThat(refused.await(GIVE_UP.toSeconds(), TimeUnit.SECONDS)).isTrue();
                say(producer, "meanwhile");
                kafka.allow();

                taken.remove();
                assertThat(taken.poll(GIVE_UP.toSeconds(), TimeUnit.SECONDS)).isEqualTo("meanwhile");
            }
        }
    }

    private void take(ConsumerRecords<byte[], byte[]> records) {
        records.forEach(record -> taken.add(new String(record.value(), StandardCharsets.UTF_8)));
    }

    private static void say(KafkaProducer<byte[], byte[]> producer, String words) throws Exception {
        producer.send(new ProducerRecord<>(Topics.JOURNAL, 0, null, words.getBytes(StandardCharsets.UTF_8)))
                .get(2, TimeUnit.MINUTES);
    }

    /// Says when it is refused.
    private final class Reader extends KafkaConsumer<byte[], byte[]> {
        Reader(Brokers brokers) {
            super(brokers.config(Map.of()), new ByteArrayDeserializer(), new ByteArrayDeserializer());
            assign(List.of(JOURNAL));
            seekToBeginning(List.of(JOURNAL));
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            try {
                return super.poll(timeout);
            } catch (TopicAuthorizationException e) {
                refused.countDown();
                throw e;
            }
        }
    }
}
