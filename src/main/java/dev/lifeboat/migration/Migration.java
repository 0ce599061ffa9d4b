package dev.lifeboat.migration;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.MigrationEvent.CheckpointStored;
import dev.lifeboat.migration.MigrationEvent.MigrationBegun;
import dev.lifeboat.migration.MigrationEvent.RestoreFailed;
import dev.lifeboat.migration.MigrationEvent.RestorePlaced;
import dev.lifeboat.migration.MigrationEvent.SaveFailed;
import dev.lifeboat.migration.MigrationEvent.WorkloadLetGo;
import dev.lifeboat.migration.MigrationEvent.WorkloadResumed;
import dev.lifeboat.notice.NodeName;
import java.time.Instant;
import java.util.List;

/// One workload's way from a doomed node to a survivor. Where the only copy of its memory is, is in the type.
///
/// Values: [#replay] gives the next state, live and from the journal alike; [#owed] says what agents are to do now.
public sealed interface Migration {
    Subject subject();

    /// Orders that are open in this state. Pure, so it needs no outbox: they are sent again until the state moves on.
    List<Order> owed();

    default MigrationId id() {
        return subject().id();
    }

    static Migration begin(MigrationBegun event) {
        return new Waiting(event.subject(), 1, event.at());
    }

    /// @throws IllegalMove when no such move exists: a bug
    default Migration replay(MigrationEvent event) {
        return switch (event) {
            case MigrationBegun _ -> throw new IllegalMove(this, event);
            case MigrationEvent.DeadlineMoved moved -> Moves.due(this, moved);
            case MigrationEvent.Replanned replanned -> Moves.replanned(this, replanned);
            case MigrationEvent.SaveOrdered _ -> Moves.ordered(this, event);
            case MigrationEvent.StreamingBegun _ -> Moves.streaming(this, event);
            case MigrationEvent.WorkloadFrozen _ -> Moves.frozen(this, event);
            case MigrationEvent.PagesCaptured _ -> Moves.captured(this, event);
            case CheckpointStored stored -> Moves.stored(this, stored);
            case SaveFailed failed -> Moves.saveFailed(this, failed);
            case MigrationEvent.SaveRetried retried -> Moves.retried(this, retried);
            case MigrationEvent.SaveRecalled recalled -> Moves.recalled(this, recalled);
            case WorkloadLetGo let -> Moves.letGo(this, let);
            case MigrationEvent.BackgroundNoted _ -> Moves.noted(this, event);
            case MigrationEvent.WorkloadKept kept -> Moves.kept(this, kept);
            case MigrationEvent.BackgroundChosen chosen -> Moves.chosen(this, chosen);
            case MigrationEvent.NodeLost _ -> Moves.missing(this, event);
            case RestorePlaced placed -> Moves.placed(this, placed);
            case MigrationEvent.NoDestinationFound _ -> Moves.waiting(this, event);
            case RestoreFailed failed -> Moves.restoreFailed(this, failed);
            case MigrationEvent.SourceReleased _ -> Moves.released(this, event);
            case WorkloadResumed resumed -> Moves.resumed(this, resumed);
            case MigrationEvent.WorkloadLost lost -> Moves.lost(this, lost);
            case MigrationEvent.CheckpointStranded stranded -> Moves.stranded(this, stranded);
        };
    }

    /// The memory is at home only.
    sealed interface AtRisk extends Migration {
        /// The save that waits for its turn, is owed, under way or done with, from 1.
        int save();
    }

    /// Its turn on its node's link has not come, or it has none: nothing is owed, so the plan may still change.
    record Waiting(Subject subject, int save, Instant since) implements AtRisk {
        @Override
        public List<Order> owed() {
            return List.of();
        }
    }

    /// A save is owed until the agent says how it ended.
    sealed interface Saving extends AtRisk {
        @Override
        default List<Order> owed() {
            return List.of(order());
        }

        default Order.Save order() {
            return new Order.Save(
                    subject().order("save-" + save()),
                    subject().home(),
                    subject().workload(),
                    id().checkpoint(save()),
                    subject().planned().rounds(),
                    subject().deadline(),
                    subject().planned().codec(),
                    subject().planned().freezeBy());
        }
    }

    record Noticed(Subject subject, int save) implements Saving {}

    record Streaming(Subject subject, int save) implements Saving {}

    /// It stands still, and the store does not have it yet.
    record Frozen(Subject subject, int save) implements Saving {}

    /// All its pages are in the agent's memory, still standing still. The next save of the node may be ordered.
    record Captured(Subject subject, int save) implements Saving {}

    /// A save failed and the workload runs on; whether to try again is being weighed.
    record Thawed(Subject subject, int save, Instant since, SaveFailure reason) implements AtRisk {
        @Override
        public List<Order> owed() {
            return List.of();
        }
    }

    /// The save is taken back; the agent is to say whether it was stopped or was done.
    record Recalled(Subject subject, int save, LetGoReason why) implements AtRisk {
        @Override
        public List<Order> owed() {
            return List.of(new Order.Abort(
                    subject.order("abort-" + save),
                    subject.home(),
                    subject.workload(),
                    id().checkpoint(save),
                    why == LetGoReason.TOLD_TO_END ? Order.Sequel.SIGTERM : null));
        }
    }

    /// Its saves are over, and it has a background checkpoint. It runs on, and what it does from now
    /// on is lost with its node.
    record Kept(Subject subject, int save, LetGoReason why) implements AtRisk {
        @Override
        public List<Order> owed() {
            return List.of();
        }
    }

    /// The node is gone without a word. Only the store knows whether there is a checkpoint.
    sealed interface Adrift extends Migration {
        /// The newest save whose checkpoint may be there; 0 once a survivor has found none.
        int save();

        Restores restores();

        Instant since();
    }

    record Missing(Subject subject, int save, Restores restores, Instant since) implements Adrift {
        @Override
        public List<Order> owed() {
            return List.of();
        }
    }

    /// A survivor is asked to restore what there may be.
    record Sought(Subject subject, int save, Restores restores, NodeName target, Instant since) implements Adrift {
        @Override
        public List<Order> owed() {
            return List.of(Moves.seek(subject, restores, target, id().checkpoint(save)));
        }
    }

    /// The store has the memory, whole; the source is dead.
    sealed interface Safe extends Migration {
        CheckpointId checkpoint();

        Restores restores();

        /// Whether home's agent has said that nothing is left there.
        boolean released();

        /// Since when the checkpoint waits, or the restore runs.
        Instant since();
    }

    record Stored(Subject subject, CheckpointId checkpoint, Restores restores, boolean released, Instant since)
            implements Safe {
        @Override
        public List<Order> owed() {
            return released ? List.of() : List.of(Moves.release(subject));
        }
    }

    record Restoring(
            Subject subject,
            CheckpointId checkpoint,
            Restores restores,
            boolean released,
            NodeName target,
            Instant since)
            implements Safe {
        @Override
        public List<Order> owed() {
            Order restore = Moves.restore(subject, restores, target, checkpoint);
            return released ? List.of(restore) : List.of(restore, Moves.release(subject));
        }
    }

    /// Over and explained; nothing is owed. A checkpoint or a running copy that turns up late still counts.
    sealed interface Closed extends Migration {
        @Override
        default List<Order> owed() {
            return List.of();
        }
    }

    record Resumed(Subject subject, NodeName node, Instant at) implements Closed {}

    record LetGone(Subject subject, LetGoReason reason) implements Closed {}

    record Lost(Subject subject, LossReason reason, Restores restores) implements Closed {}

    record Stranded(Subject subject, CheckpointId checkpoint, StrandReason reason) implements Closed {}
}
