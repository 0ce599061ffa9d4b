package dev.lifeboat.edge.kubernetes.picture;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.orchestrator.Observer.Decided;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One thing to be told, and to whom it happened.
///
/// @param workload null for what is about the node alone
/// @param evacuation likewise
record News(
        Happening what,
        String note,
        NodeName node,
        @Nullable WorkloadId workload,
        @Nullable Name evacuation,
        Instant at) {

    /// Empty for what nobody needs to be told.
    static Optional<News> of(Decided decided) {
        return switch (decided.event()) {
            case JournalEvent.NoticeAccepted accepted -> accepted(accepted);
            case JournalEvent.NoticeSetAside aside ->
                Optional.of(of(
                        Happening.NoticeSetAside,
                        aside.notice(),
                        Map.of("why", aside.reason().name()),
                        aside.at()));
            case JournalEvent.OfPlan _ -> Optional.empty();
            case MigrationEvent event -> of(event, Objects.requireNonNull(decided.migration()));
        };
    }

    private static Optional<News> accepted(JournalEvent.NoticeAccepted accepted) {
        Notice notice = accepted.notice();
        return switch (notice) {
            case Notice.Withdrawal withdrawal ->
                Optional.of(of(
                        Happening.NoticeWithdrawn,
                        notice,
                        Map.of("notice", withdrawal.withdrawn().value()),
                        accepted.at()));
            case Notice.Canary _ -> Optional.empty();
            case Notice.Preemption preemption -> Optional.of(due(notice, "at " + preemption.closesAt(), accepted.at()));
            case Notice.Drain drain ->
                Optional.of(due(notice, "at " + drain.receivedAt().plus(drain.grace()), accepted.at()));
            case Notice.Death _ -> Optional.of(due(notice, "now", accepted.at()));
            case Notice.Advisory _ -> Optional.of(due(notice, "perhaps", accepted.at()));
        };
    }

    private static News due(Notice notice, String deadline, Instant at) {
        return of(Happening.NoticeAccepted, notice, Map.of("deadline", deadline), at);
    }

    private static News of(Happening what, Notice notice, Map<String, String> more, Instant at) {
        var values = new HashMap<>(more);
        values.putIfAbsent("notice", notice.id().value());
        values.put("said", notice.getClass().getSimpleName());
        values.put("source", notice.source());
        return new News(what, what.note(values), notice.node(), null, null, at);
    }

    private static Optional<News> of(MigrationEvent event, Migration migration) {
        return switch (event) {
            case MigrationEvent.MigrationBegun begun ->
                news(
                        Happening.EvacuationBegun,
                        event,
                        migration,
                        Map.of("deadline", begun.subject().deadline().toString()));
            case MigrationEvent.WorkloadFrozen _ -> news(Happening.WorkloadFrozen, event, migration, Map.of());
            case MigrationEvent.CheckpointStored stored ->
                news(
                        Happening.CheckpointStored,
                        event,
                        migration,
                        Map.of(
                                "pages", stored.pages().toString(),
                                "checkpoint", stored.checkpoint().toString(),
                                "frozen", stored.frozen().toMillis() + " ms"));
            case MigrationEvent.SaveFailed failed ->
                news(Happening.SaveFailed, event, migration, why(failed.reason() + ": " + failed.detail()));
            case MigrationEvent.SaveRecalled recalled ->
                news(Happening.SaveTakenBack, event, migration, why(Words.of(recalled.why())));
            case MigrationEvent.WorkloadLetGo let ->
                news(missed(let.reason()), event, migration, why(Words.of(let.reason())));
            case MigrationEvent.WorkloadKept kept ->
                news(Happening.WorkloadKept, event, migration, why(Words.of(kept.why())));
            case MigrationEvent.BackgroundChosen chosen ->
                news(
                        Happening.BackgroundChosen,
                        event,
                        migration,
                        Map.of(
                                "lost", Words.of(chosen.lost()),
                                "checkpoint", chosen.checkpoint().toString()));
            case MigrationEvent.NodeLost _ -> news(Happening.NodeLost, event, migration, Map.of());
            case MigrationEvent.RestorePlaced placed ->
                news(
                        Happening.RestorePlaced,
                        event,
                        migration,
                        Map.of(
                                "attempt", Integer.toString(placed.attempt()),
                                "to", placed.target().value()));
            case MigrationEvent.NoDestinationFound none ->
                news(
                        Happening.NoDestination,
                        event,
                        migration,
                        Map.of("refused", Integer.toString(none.refusals().inAll())));
            case MigrationEvent.RestoreFailed failed ->
                news(
                        Happening.RestoreFailed,
                        event,
                        migration,
                        Map.of(
                                "attempt", Integer.toString(failed.attempt()),
                                "to", failed.target().value(),
                                "why", failed.reason() + ": " + failed.detail()));
            case MigrationEvent.WorkloadResumed resumed ->
                news(
                        resumed.hasEnded() ? Happening.WorkloadEnded : Happening.WorkloadResumed,
                        event,
                        migration,
                        Map.of("to", resumed.node().value()));
            case MigrationEvent.WorkloadLost lost ->
                news(Happening.WorkloadLost, event, migration, why(Words.of(lost.reason())));
            case MigrationEvent.CheckpointStranded stranded -> stranded(stranded, migration);
            case MigrationEvent.BackgroundNoted _,
                    MigrationEvent.DeadlineMoved _,
                    MigrationEvent.Replanned _,
                    MigrationEvent.SaveOrdered _,
                    MigrationEvent.StreamingBegun _,
                    MigrationEvent.PagesCaptured _,
                    MigrationEvent.SaveRetried _,
                    MigrationEvent.SourceReleased _ -> Optional.empty();
        };
    }

    /// The migration has gone on meanwhile, perhaps.
    private static Optional<News> stranded(MigrationEvent.CheckpointStranded event, Migration migration) {
        String checkpoint = migration instanceof Migration.Stranded stranded
                ? stranded.checkpoint().value()
                : migration.id().value();
        return news(
                Happening.CheckpointStranded,
                event,
                migration,
                Map.of("checkpoint", checkpoint, "why", Words.of(event.reason())));
    }

    private static Happening missed(LetGoReason reason) {
        return switch (reason) {
            case OUT_OF_TIME, SAVES_FAILED, TOLD_TO_END, OUTRANKED -> Happening.WindowMissed;
            case WITHDRAWN, ALREADY_GONE, SAVED_ALONE, CANNOT_BE_SAVED, HANDED_OVER, POLICY -> Happening.WorkloadLetGo;
        };
    }

    private static Map<String, String> why(String reason) {
        return Map.of("why", reason);
    }

    private static Optional<News> news(
            Happening what, MigrationEvent event, Migration migration, Map<String, String> more) {
        WorkloadId workload = migration.subject().workload();
        var values = new HashMap<>(more);
        values.put("workload", workload.toString());
        values.put("namespace", workload.namespace());
        values.put("from", migration.subject().home().value());
        values.put("evacuation", migration.id().value());
        var evacuation = new Name(
                Name.Kind.Evacuation, workload.namespace(), migration.id().value());
        return Optional.of(
                new News(what, what.note(values), migration.subject().home(), workload, evacuation, event.at()));
    }
}
