package dev.lifeboat.migration;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.plan.Grounds;
import dev.lifeboat.plan.Refusals;
import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What became of one migration, in the past tense. Each says all that [Migration#replay] needs.
public sealed interface MigrationEvent extends JournalEvent.OfMigration {

    record MigrationBegun(Subject subject, Instant at) implements MigrationEvent {
        @Override
        public MigrationId migration() {
            return subject.id();
        }
    }

    /// Another notice for the same node closes the window at another time.
    record DeadlineMoved(MigrationId migration, Instant at, Instant deadline) implements MigrationEvent {}

    /// Its node's plan was drawn again, and it is treated otherwise now.
    ///
    /// @param because for people, with the numbers
    record Replanned(MigrationId migration, Instant at, Planned planned, String because) implements MigrationEvent {}

    /// Its turn on the link has come: from now on the save is owed.
    record SaveOrdered(MigrationId migration, Instant at) implements MigrationEvent {}

    record StreamingBegun(MigrationId migration, Instant at) implements MigrationEvent {}

    record WorkloadFrozen(MigrationId migration, Instant at) implements MigrationEvent {}

    record PagesCaptured(MigrationId migration, Instant at, ByteCount pages) implements MigrationEvent {}

    /// The manifest is committed and the source is dead.
    ///
    /// @param rounds pre-dump rounds that were made; null where nobody knows, and in journals from
    ///     before they were counted
    record CheckpointStored(
            MigrationId migration,
            Instant at,
            CheckpointId checkpoint,
            ByteCount pages,
            ByteCount stored,
            Duration frozen,
            @Nullable Integer rounds)
            implements MigrationEvent {
        public CheckpointStored(
                MigrationId migration,
                Instant at,
                CheckpointId checkpoint,
                ByteCount pages,
                ByteCount stored,
                Duration frozen) {
            this(migration, at, checkpoint, pages, stored, frozen, null);
        }
    }

    /// @param alive whether the workload runs on at home
    record SaveFailed(MigrationId migration, Instant at, SaveFailure reason, String detail, boolean alive)
            implements MigrationEvent {}

    /// @param save which one waits for its turn now, 2 or more
    record SaveRetried(MigrationId migration, Instant at, int save) implements MigrationEvent {}

    /// What is not stored shall not be: no notice stands any more, or the plan gives the link to others.
    record SaveRecalled(MigrationId migration, Instant at, LetGoReason why) implements MigrationEvent {}

    record WorkloadLetGo(MigrationId migration, Instant at, LetGoReason reason) implements MigrationEvent {}

    /// Of what is at risk there is a complete checkpoint from while it ran on: the newest that home
    /// has told of.
    ///
    /// @param takenAt when it stood still for it, by the orchestrator's clock
    record BackgroundNoted(MigrationId migration, Instant at, CheckpointId checkpoint, Instant takenAt)
            implements MigrationEvent {}

    /// No save of it is tried any more. It runs on until its node is gone, and then goes back to its
    /// background checkpoint.
    ///
    /// @param why it would have been let go, had there been none
    record WorkloadKept(MigrationId migration, Instant at, LetGoReason why) implements MigrationEvent {}

    /// Its node is proven dead, and no save of it was committed: the background checkpoint is what
    /// is restored.
    ///
    /// @param lost work since it was taken
    record BackgroundChosen(MigrationId migration, Instant at, CheckpointId checkpoint, Instant takenAt, Duration lost)
            implements MigrationEvent {}

    /// Past its deadline, and silent: the node is presumed dead.
    record NodeLost(MigrationId migration, Instant at) implements MigrationEvent {}

    /// @param attempt the claim's epoch
    /// @param grounds why there; null where an earlier target must be running it, and in journals from before they
    ///     were kept
    record RestorePlaced(
            MigrationId migration,
            Instant at,
            NodeName target,
            CheckpointId checkpoint,
            int attempt,
            @Nullable Grounds grounds)
            implements MigrationEvent {}

    /// Nobody can take it now; said again when the reasons change. It goes on waiting.
    record NoDestinationFound(MigrationId migration, Instant at, Refusals refusals) implements MigrationEvent {}

    record RestoreFailed(
            MigrationId migration, Instant at, NodeName target, int attempt, RestoreFailure reason, String detail)
            implements MigrationEvent {}

    record SourceReleased(MigrationId migration, Instant at) implements MigrationEvent {}

    /// @param ended true when it had ended by itself by the time that its agent looked; null while it runs
    record WorkloadResumed(
            MigrationId migration,
            Instant at,
            NodeName node,
            long pid,
            @Nullable Boolean ended) implements MigrationEvent {
        public WorkloadResumed(MigrationId migration, Instant at, NodeName node, long pid) {
            this(migration, at, node, pid, null);
        }

        /// Whether it had only its end to come to.
        public boolean hasEnded() {
            return Boolean.TRUE.equals(ended);
        }
    }

    record WorkloadLost(MigrationId migration, Instant at, LossReason reason) implements MigrationEvent {}

    record CheckpointStranded(MigrationId migration, Instant at, StrandReason reason) implements MigrationEvent {}
}
