package dev.lifeboat.edge.kafka;

import dev.lifeboat.listener.NoticeLog;
import dev.lifeboat.notice.Notice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Notices in [Topics#NOTICES], keyed by node so that one owner sees all that is said about it.
public final class KafkaNoticeLog implements NoticeLog {
    private final ListenerProducer producer;

    public KafkaNoticeLog(ListenerProducer producer) {
        this.producer = producer;
    }

    @Override
    public void append(List<Notice> notices) {
        producer.append(notices.stream().map(KafkaNoticeLog::record).toList());
    }

    private static ProducerRecord<byte[], byte[]> record(Notice notice) {
        byte[] key = notice.node().value().getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(Topics.NOTICES, key, Wire.NOTICES.write(notice));
    }
}
