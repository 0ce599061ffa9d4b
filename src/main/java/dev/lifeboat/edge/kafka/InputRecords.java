package dev.lifeboat.edge.kafka;

import dev.lifeboat.edge.kafka.Unreadable.Reason;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.orchestrator.Input;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Turns a record of an input topic into an input of the orchestrator.
final class InputRecords {
    private final Topics topics;

    InputRecords(Topics topics) {
        this.topics = topics;
    }

    Input read(ConsumerRecord<byte[], byte[]> record) throws Unreadable {
        return switch (record.topic()) {
            case Topics.NOTICES -> {
                Notice notice = Wire.NOTICES.read(value(record));
                yield at(record, notice.node(), new Input.Told(notice));
            }
            case Topics.REPORTS -> {
                if (!(Wire.REPORTS.read(value(record)) instanceof Report.OfMigration report)) {
                    throw new Unreadable(Reason.WRONG_TOPIC, "a heartbeat belongs into " + Topics.TELEMETRY);
                }
                yield at(record, report.order().home(), new Input.Heard(report));
            }
            case Topics.TICKS -> new Input.Ticked();
            default -> throw new Unreadable(Reason.WRONG_TOPIC, "no input: " + record.topic());
        };
    }

    /// A record in another partition than its node's would be decided on beside the node's state.
    private Input at(ConsumerRecord<byte[], byte[]> record, NodeName node, Input input) throws Unreadable {
        int right = topics.partitionOf(node.value());
        if (right != record.partition()) {
            throw new Unreadable(
                    Reason.WRONG_PARTITION, node + " belongs into partition " + right + " of " + topics.partitions());
        }
        return input;
    }

    private static byte[] value(ConsumerRecord<byte[], byte[]> record) throws Unreadable {
        if (record.value() == null) {
            throw new Unreadable(Reason.NOT_JSON, "a record without a value");
        }
        return record.value();
    }
}
