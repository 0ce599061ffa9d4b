package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Migration.Adrift;
import dev.lifeboat.migration.Migration.AtRisk;
import dev.lifeboat.migration.Migration.Captured;
import dev.lifeboat.migration.Migration.Frozen;
import dev.lifeboat.migration.Migration.LetGone;
import dev.lifeboat.migration.Migration.Lost;
import dev.lifeboat.migration.Migration.Noticed;
import dev.lifeboat.migration.Migration.Recalled;
import dev.lifeboat.migration.Migration.Restoring;
import dev.lifeboat.migration.Migration.Resumed;
import dev.lifeboat.migration.Migration.Safe;
import dev.lifeboat.migration.Migration.Saving;
import dev.lifeboat.migration.Migration.Sought;
import dev.lifeboat.migration.Migration.Stranded;
import dev.lifeboat.migration.Migration.Waiting;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationEvent.CheckpointStored;
import dev.lifeboat.migration.MigrationEvent.PagesCaptured;
import dev.lifeboat.migration.MigrationEvent.RestoreFailed;
import dev.lifeboat.migration.MigrationEvent.SaveFailed;
import dev.lifeboat.migration.MigrationEvent.SaveOrdered;
import dev.lifeboat.migration.MigrationEvent.SourceReleased;
import dev.lifeboat.migration.MigrationEvent.StreamingBegun;
import dev.lifeboat.migration.MigrationEvent.WorkloadFrozen;
import dev.lifeboat.migration.MigrationEvent.WorkloadResumed;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.SaveFailure;
import java.time.Instant;
import java.util.List;

/// Decides what an agent's report means for its migration. Late, doubled and overtaken reports mean nothing, with two
/// exceptions: a committed checkpoint and a running copy count whenever they are heard of.
final class Answers {
    private Answers() {}

    /// @param keeping whether it has a background checkpoint to go back to
    static List<MigrationEvent> to(Report.OfMigration report, Migration migration, Keeping keeping, Instant now) {
        return switch (report) {
            case Report.SaveStarted _ ->
                migration instanceof Noticed s && answers(report, s)
                        ? List.of(new StreamingBegun(s.id(), now))
                        : List.of();
            case Report.SaveProgress _ -> List.of();
            // It is under way, or was, though its turn had not come: from now on it can be taken back.
            case Report.ActedAlone _ ->
                migration instanceof Waiting s && aboutSave(report, s.save())
                        ? List.of(new SaveOrdered(s.id(), now))
                        : List.of();
            case Report.Frozen _ ->
                migration instanceof Saving s && answers(report, s) && !(s instanceof Frozen || s instanceof Captured)
                        ? List.of(new WorkloadFrozen(s.id(), now))
                        : List.of();
            case Report.Captured captured ->
                migration instanceof Saving s && answers(report, s) && !(s instanceof Captured)
                        ? List.of(new PagesCaptured(s.id(), now, captured.pages()))
                        : List.of();
            case Report.Stored stored -> stored(stored, migration, now);
            case Report.SaveFailed failed -> saveFailed(failed, migration, keeping, now);
            case Report.Resumed resumed -> resumed(resumed, migration, now);
            case Report.RestoreFailed failed -> restoreFailed(failed, migration, now);
            case Report.Released _ ->
                migration instanceof Safe s && !s.released() ? List.of(new SourceReleased(s.id(), now)) : List.of();
        };
    }

    private static List<MigrationEvent> stored(Report.Stored report, Migration migration, Instant now) {
        return switch (migration) {
            case AtRisk _, Adrift _, LetGone _, Lost _ ->
                List.of(new CheckpointStored(
                        migration.id(),
                        now,
                        report.checkpoint(),
                        report.pages(),
                        report.stored(),
                        report.frozen(),
                        report.rounds()));
            case Safe _, Resumed _, Stranded _ -> List.of();
        };
    }

    private static List<MigrationEvent> saveFailed(
            Report.SaveFailed report, Migration migration, Keeping keeping, Instant now) {
        if (migration instanceof Recalled s && aboutSave(report, s.save())) {
            SaveFailed failed = failed(report, s, now);
            return List.of(failed.alive() ? keeping.over(s, s.why(), now) : failed);
        }
        return migration instanceof Saving s && answers(report, s) ? List.of(failed(report, s, now)) : List.of();
    }

    /// What ended by itself left no checkpoint to be sought, and counts as if it ran on.
    private static SaveFailed failed(Report.SaveFailed report, Migration migration, Instant now) {
        boolean alive = report.workloadAlive()
                || report.reason() == SaveFailure.WORKLOAD_ENDED
                || report.reason() == SaveFailure.UNKNOWN_WORKLOAD;
        return new SaveFailed(migration.id(), now, report.reason(), report.detail(), alive);
    }

    private static List<MigrationEvent> resumed(Report.Resumed report, Migration migration, Instant now) {
        return switch (migration) {
            case Adrift _, Safe _, Lost _, Stranded _ ->
                List.of(new WorkloadResumed(migration.id(), now, report.node(), report.pid(), report.ended()));
            case AtRisk _, Resumed _, LetGone _ -> List.of();
        };
    }

    private static List<MigrationEvent> restoreFailed(Report.RestoreFailed report, Migration migration, Instant now) {
        return switch (migration) {
            case Sought s
            when report.order().key().endsWith("/restore-" + s.restores().attempts()) ->
                List.of(new RestoreFailed(
                        s.id(), now, s.target(), s.restores().attempts(), report.reason(), report.detail()));
            case Restoring s
            when report.order().key().endsWith("/restore-" + s.restores().attempts()) ->
                List.of(new RestoreFailed(
                        s.id(), now, s.target(), s.restores().attempts(), report.reason(), report.detail()));
            case AtRisk _, Adrift _, Safe _, Migration.Closed _ -> List.of();
        };
    }

    private static boolean answers(Report.OfMigration report, Saving saving) {
        return report.order().key().endsWith("/save-" + saving.save());
    }

    private static boolean aboutSave(Report.OfMigration report, int save) {
        return report.order().key().endsWith("/save-" + save)
                || report.order().key().endsWith("/abort-" + save);
    }
}
