package dev.lifeboat.edge.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.listener.DeadLetter;
import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/// The one form of what lies in [Topics#DEAD_LETTERS], whoever set it aside: keyed by source, JSON with the body in
/// base64, for it may be anything.
///
/// @param source where it came from: a source of notices, or a topic
/// @param about where in it: a path, a detail-type, a partition and offset
/// @param reason a stable code: a listener's `Rejection` or an orchestrator's [Unreadable.Reason]
/// @param detail for people
/// @param length of the whole body in bytes
/// @param sha256 of the whole body
/// @param body its beginning, at most [DeadLetter#MAX_BODY] bytes
record DeadLetterRecord(
        String source,
        String about,
        Instant receivedAt,
        String reason,
        String detail,
        int length,
        String sha256,
        Payload body) {
    static final String TYPE = "dead-letter";

    /// The topic has one partition: people read all of it.
    private static final int PARTITION = 0;

    private static final int VERSION = 1;

    /// Parsers quote what they choke on.
    private static final int MOST_DETAIL = 500;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    DeadLetterRecord {
        detail = detail.substring(0, Math.min(MOST_DETAIL, detail.length()));
    }

    /// What a listener could not read.
    static DeadLetterRecord of(DeadLetter dead) {
        Letter letter = dead.letter();
        return new DeadLetterRecord(
                letter.source(),
                letter.about(),
                letter.receivedAt(),
                dead.reason().name(),
                dead.detail(),
                dead.length(),
                dead.digest(),
                letter.body());
    }

    /// What an orchestrator could not read.
    static DeadLetterRecord of(ConsumerRecord<byte[], byte[]> input, Unreadable why) {
        Payload whole = input.value() == null ? Payload.EMPTY : Payload.of(input.value());
        return new DeadLetterRecord(
                input.topic(),
                input.partition() + "/" + input.offset(),
                Instant.ofEpochMilli(input.timestamp()),
                why.reason().name(),
                String.valueOf(why.getMessage()),
                whole.length(),
                whole.digest(),
                whole.head(DeadLetter.MAX_BODY));
    }

    ProducerRecord<byte[], byte[]> toTopic() {
        return new ProducerRecord<>(Topics.DEAD_LETTERS, PARTITION, source.getBytes(StandardCharsets.UTF_8), encoded());
    }

    private byte[] encoded() {
        var json = MAPPER.createObjectNode()
                .put("v", VERSION)
                .put("type", TYPE)
                .put("source", source)
                .put("about", about)
                .put("receivedAt", receivedAt.toString())
                .put("reason", reason)
                .put("detail", detail)
                .put("length", length)
                .put("sha256", sha256)
                .put("body", body.bytes());
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts, numbers and bytes can always be written", e);
        }
    }
}
