package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/// The journal's records, for who follows it beside the orchestrator.
final class JournalRecords {
    private static final Logger LOG = Logger.getLogger(JournalRecords.class);

    private JournalRecords() {}

    /// Passes over what cannot be read.
    static void replay(ConsumerRecord<byte[], byte[]> record, Consumer<JournalEvent> replay) {
        try {
            replay.accept(Wire.JOURNAL.read(record.value()));
        } catch (Unreadable e) {
            // The orchestrator stops at it; no later decision of this partition will come.
            LOG.errorf("unreadable journal event partition=%d offset=%d", record.partition(), record.offset());
        }
    }
}
