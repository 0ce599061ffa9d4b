package dev.lifeboat.orchestrator;

import dev.lifeboat.checkpoint.BackgroundCheckpoint;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.LossReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Migration.AtRisk;
import dev.lifeboat.migration.Migration.Missing;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationEvent.BackgroundChosen;
import dev.lifeboat.migration.MigrationEvent.BackgroundNoted;
import dev.lifeboat.migration.MigrationEvent.WorkloadKept;
import dev.lifeboat.migration.MigrationEvent.WorkloadLetGo;
import dev.lifeboat.migration.MigrationEvent.WorkloadLost;
import dev.lifeboat.notice.Reclaim;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The last way but one: what could not be saved goes back to its newest complete checkpoint from
/// while it ran on. That checkpoint's source was never killed, so nobody may restore it before the
/// node is known to be gone.
///
/// @param noted null where there is none
record Keeping(@Nullable BackgroundNoted noted, @Nullable Reclaim reclaim) {
    static Keeping of(Migration migration, Evacuations state) {
        return new Keeping(
                state.background(migration.id()),
                state.reclaim(migration.subject().home()));
    }

    /// What home has told of since it was last noted; a doomed node's agent begins no more of them.
    static Optional<BackgroundNoted> news(AtRisk migration, Evacuations state, View view, Instant now) {
        var subject = migration.subject();
        BackgroundCheckpoint newest = view.background(subject.home(), subject.workload(), now);
        BackgroundNoted noted = state.background(migration.id());
        return newest == null || (noted != null && noted.checkpoint().equals(newest.id()))
                ? Optional.empty()
                : Optional.of(new BackgroundNoted(migration.id(), now, newest.id(), now.minus(newest.ago())));
    }

    /// The end of its saves. What is only drained goes on where it is, and so does what nobody has to
    /// leave for.
    MigrationEvent over(AtRisk migration, LetGoReason why, Instant now) {
        boolean goes = reclaim != null && reclaim.standing().compareTo(Reclaim.Standing.DOOMED) >= 0;
        return noted != null && goes && isForWantOfASave(why)
                ? new WorkloadKept(migration.id(), now, why)
                : new WorkloadLetGo(migration.id(), now, why);
    }

    private static boolean isForWantOfASave(LetGoReason why) {
        return switch (why) {
            case OUT_OF_TIME, SAVES_FAILED, OUTRANKED -> true;
            case WITHDRAWN, ALREADY_GONE, SAVED_ALONE, TOLD_TO_END, CANNOT_BE_SAVED, HANDED_OVER, POLICY -> false;
        };
    }

    /// Survivors have seen that no save of it will ever be committed.
    ///
    /// @param heardAt when its node was last heard of
    List<MigrationEvent> nothingSaved(Missing migration, Instant heardAt, Duration patience, Instant now) {
        if (noted == null) {
            return List.of(new WorkloadLost(migration.id(), now, LossReason.NOT_STORED));
        }
        if (reclaim != null && Doom.dead(reclaim)) {
            Duration lost = lost(migration.subject().deadline(), heardAt, noted.takenAt(), now);
            return List.of(new BackgroundChosen(migration.id(), now, noted.checkpoint(), noted.takenAt(), lost));
        }
        return migration.since().plus(patience).isBefore(now)
                ? List.of(new WorkloadLost(migration.id(), now, LossReason.DEATH_UNPROVEN))
                : List.of();
    }

    /// It worked until its machine was taken: at the deadline, or later if it was heard of later.
    private static Duration lost(Instant deadline, Instant heardAt, Instant takenAt, Instant now) {
        Instant end = heardAt.isAfter(deadline) ? heardAt : deadline;
        Duration lost = Duration.between(takenAt, end.isAfter(now) ? now : end);
        return lost.isNegative() ? Duration.ZERO : lost;
    }
}
