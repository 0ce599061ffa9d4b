package dev.lifeboat.edge.kafka;

import dev.lifeboat.listener.DeadLetter;
import dev.lifeboat.listener.DeadLetterLog;
import java.util.List;

/// Dead letters in [Topics#DEAD_LETTERS].
public final class KafkaDeadLetterLog implements DeadLetterLog {
    private final ListenerProducer producer;

    public KafkaDeadLetterLog(ListenerProducer producer) {
        this.producer = producer;
    }

    @Override
    public void append(DeadLetter letter) {
        producer.append(List.of(DeadLetterRecord.of(letter).toTopic()));
    }
}
