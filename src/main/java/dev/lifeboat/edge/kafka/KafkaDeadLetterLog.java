package dev.lifeboat.edge.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.listener.DeadLetter;
import dev.lifeboat.listener.DeadLetterLog;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Dead letters in [Topics#DEAD_LETTERS], keyed by source: JSON with the body in base64, for it may be anything.
public final class KafkaDeadLetterLog implements DeadLetterLog {
    private static final int VERSION = 1;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ListenerProducer producer;

    public KafkaDeadLetterLog(ListenerProducer producer) {
        this.producer = producer;
    }

    @Override
    public void append(DeadLetter letter) {
        byte[] key = letter.letter().source().getBytes(StandardCharsets.UTF_8);
        producer.append(List.of(new ProducerRecord<>(Topics.DEAD_LETTERS, key, encode(letter))));
    }

    static byte[] encode(DeadLetter dead) {
        var json = MAPPER.createObjectNode()
                .put("version", VERSION)
                .put("source", dead.letter().source())
                .put("about", dead.letter().about())
                .put("receivedAt", dead.letter().receivedAt().toString())
                .put("reason", dead.reason().name())
                .put("detail", dead.detail())
                .put("length", dead.length())
                .put("sha256", dead.digest())
                .put("body", dead.letter().body().bytes());
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts, numbers and bytes can always be written", e);
        }
    }
}
