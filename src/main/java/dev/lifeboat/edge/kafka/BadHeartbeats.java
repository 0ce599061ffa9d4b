package dev.lifeboat.edge.kafka;

import dev.lifeboat.edge.kafka.Unreadable.Reason;
import dev.lifeboat.migration.Report;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Reads heartbeats, and keeps what could not be read until the owner of the partition buries it: once for each agent
/// and reason, since a broken agent says the same every second.
///
/// A heartbeat whose facts alone are bad is used without them: the machine's workloads have to be saved all the same.
final class BadHeartbeats {
    private static final List<String> FACTS = List.of("capacity", "conditions");

    /// Agents whose last complaint is remembered, and letters that wait; more are forgotten, oldest first.
    private static final int MOST = 10_000;

    /// A heartbeat that waits to be buried.
    record Letter(ConsumerRecord<byte[], byte[]> record, Unreadable why) {}

    private final Map<String, String> complaints = new LinkedHashMap<>();
    private final Deque<Letter> waiting = new ArrayDeque<>();

    /// @return a heartbeat or a canary's echo; empty when it could not be read
    Optional<Report> read(ConsumerRecord<byte[], byte[]> record) {
        try {
            Report report = telemetry(Wire.REPORTS.read(record.value()));
            withdraw(record);
            return Optional.of(report);
        } catch (Unreadable whole) {
            return withoutFacts(record, whole);
        }
    }

    private Optional<Report> withoutFacts(ConsumerRecord<byte[], byte[]> record, Unreadable whole) {
        try {
            Report rest = telemetry(Wire.REPORTS.readWithout(FACTS, record.value()));
            keep(record, new Unreadable(Reason.BAD_FACTS, String.valueOf(whole.getMessage())));
            return Optional.of(rest);
        } catch (Unreadable _) {
            keep(record, whole);
            return Optional.empty();
        }
    }

    private static Report telemetry(Report report) throws Unreadable {
        if (report instanceof Report.OfMigration) {
            throw new Unreadable(Reason.WRONG_TOPIC, "a report about a migration belongs into " + Topics.REPORTS);
        }
        return report;
    }

    private synchronized void withdraw(ConsumerRecord<byte[], byte[]> record) {
        complaints.remove(key(record));
    }

    private synchronized void keep(ConsumerRecord<byte[], byte[]> record, Unreadable why) {
        String complaint = why.reason() + " " + why.getMessage();
        if (complaint.equals(complaints.put(key(record), complaint))) {
            return;
        }
        waiting.add(new Letter(record, why));
        if (complaints.size() > MOST) {
            complaints.remove(complaints.keySet().iterator().next());
        }
        if (waiting.size() > MOST) {
            waiting.remove();
        }
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    /// Those of one's own partitions; the others' are somebody else's to bury.
    synchronized List<Letter> take(Set<Integer> partitions) {
        var mine = new ArrayList<Letter>();
        waiting.stream()
                .filter(letter -> partitions.contains(letter.record().partition()))
                .forEach(mine::add);
        waiting.clear();
        return mine;
    }
}
