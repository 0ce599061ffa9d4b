package dev.lifeboat.edge.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/// What goes to the dead-letter topic: the bytes as they came, and in headers why and from where.
final class DeadLetters {
    /// Of the value; a person needs the beginning, and a broker takes about 1 MB.
    private static final int MOST_BYTES = 64 * 1024;
    /// Of the detail; parsers quote what they choke on.
    private static final int MOST_DETAIL = 500;

    private DeadLetters() {}

    static ProducerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> input, Unreadable why) {
        byte[] value = input.value();
        byte[] kept = value == null ? new byte[0] : Arrays.copyOf(value, Math.min(value.length, MOST_BYTES));
        var letter = new ProducerRecord<>(Topics.DEAD_LETTERS, 0, input.key(), kept);
        header(letter, "reason", why.reason().name());
        String detail = String.valueOf(why.getMessage());
        header(letter, "detail", detail.substring(0, Math.min(MOST_DETAIL, detail.length())));
        header(letter, "source", input.topic() + "/" + input.partition() + "/" + input.offset());
        return letter;
    }

    private static void header(ProducerRecord<byte[], byte[]> letter, String name, String value) {
        letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
