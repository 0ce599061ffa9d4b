package dev.lifeboat.edge.planning;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent.MigrationBegun;
import dev.lifeboat.notice.NodeName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which of a journal's plans are to be explained.
///
/// @param workload the only one to be told of; null for all
/// @param node whose plans count; null for all
/// @param from drawn then or later
/// @param until and before
record Wanted(@Nullable String workload, @Nullable NodeName node, Instant from, Instant until) {
    static Wanted anything(@Nullable String workload) {
        return new Wanted(workload, null, Instant.MIN, Instant.MAX);
    }

    /// Of a migration: its workload's, until the workload's next one begins. Of a notice: its node's, from then on.
    ///
    /// @throws BadInput when the journal knows neither a migration nor a notice of this id
    static Wanted by(String id, List<JournalEvent> journal) {
        for (int i = 0; i < journal.size(); i++) {
            JournalEvent event = journal.get(i);
            if (event instanceof MigrationBegun begun
                    && begun.migration().value().equals(id)) {
                return of(begun, journal.subList(i + 1, journal.size()));
            }
            if (event instanceof JournalEvent.NoticeAccepted told
                    && told.notice().id().value().equals(id)) {
                return new Wanted(null, told.notice().node(), told.at(), Instant.MAX);
            }
        }
        throw new BadInput("the journal knows no migration and no notice " + id);
    }

    private static Wanted of(MigrationBegun begun, List<JournalEvent> later) {
        var subject = begun.subject();
        Instant next = later.stream()
                .filter(MigrationBegun.class::isInstance)
                .map(MigrationBegun.class::cast)
                .filter(other -> other.subject().workload().equals(subject.workload()))
                .map(MigrationBegun::at)
                .findFirst()
                .orElse(Instant.MAX);
        return new Wanted(subject.workload().toString(), subject.home(), begun.at(), next);
    }

    boolean covers(Recording recording) {
        Instant at = recording.drawn().at();
        return (workload == null || recording.tellsOf(workload))
                && (node == null || node.equals(recording.drawn().node()))
                && !at.isBefore(from)
                && at.isBefore(until);
    }

    /// For the end of a sentence.
    String inWords() {
        return (workload == null ? "" : " for " + workload) + (node == null ? "" : " on " + node);
    }
}
