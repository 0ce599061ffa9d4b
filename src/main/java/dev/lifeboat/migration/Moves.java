package dev.lifeboat.migration;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.Migration.Adrift;
import dev.lifeboat.migration.Migration.AtRisk;
import dev.lifeboat.migration.Migration.Captured;
import dev.lifeboat.migration.Migration.Frozen;
import dev.lifeboat.migration.Migration.Kept;
import dev.lifeboat.migration.Migration.LetGone;
import dev.lifeboat.migration.Migration.Lost;
import dev.lifeboat.migration.Migration.Missing;
import dev.lifeboat.migration.Migration.Noticed;
import dev.lifeboat.migration.Migration.Recalled;
import dev.lifeboat.migration.Migration.Restoring;
import dev.lifeboat.migration.Migration.Resumed;
import dev.lifeboat.migration.Migration.Safe;
import dev.lifeboat.migration.Migration.Saving;
import dev.lifeboat.migration.Migration.Sought;
import dev.lifeboat.migration.Migration.Stored;
import dev.lifeboat.migration.Migration.Stranded;
import dev.lifeboat.migration.Migration.Streaming;
import dev.lifeboat.migration.Migration.Thawed;
import dev.lifeboat.migration.Migration.Waiting;
import dev.lifeboat.notice.NodeName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Every legal move of a migration, one method per event; what is not here is an [IllegalMove].
final class Moves {
    private Moves() {}

    static Migration due(Migration from, MigrationEvent.DeadlineMoved event) {
        return from instanceof AtRisk s ? about(from.subject().due(event.deadline()), s) : refused(from, event);
    }

    /// A save that is over, or taken back, is past planning.
    static Migration replanned(Migration from, MigrationEvent.Replanned event) {
        return from instanceof AtRisk s && !(s instanceof Recalled || s instanceof Kept)
                ? about(from.subject().planned(event.planned()), s)
                : refused(from, event);
    }

    private static Migration about(Subject subject, AtRisk state) {
        return switch (state) {
            case Waiting s -> new Waiting(subject, s.save(), s.since());
            case Noticed s -> new Noticed(subject, s.save());
            case Streaming s -> new Streaming(subject, s.save());
            case Frozen s -> new Frozen(subject, s.save());
            case Captured s -> new Captured(subject, s.save());
            case Thawed s -> new Thawed(subject, s.save(), s.since(), s.reason());
            case Recalled s -> new Recalled(subject, s.save(), s.why());
            case Kept s -> new Kept(subject, s.save(), s.why());
        };
    }

    /// What is known of it is the fold's to keep.
    static Migration noted(Migration from, MigrationEvent event) {
        return from instanceof AtRisk ? from : refused(from, event);
    }

    /// What stands still is recalled first.
    static Migration kept(Migration from, MigrationEvent.WorkloadKept event) {
        return switch (from) {
            case Waiting s -> new Kept(s.subject(), s.save(), event.why());
            case Thawed s -> new Kept(s.subject(), s.save(), event.why());
            case Recalled s -> new Kept(s.subject(), s.save(), event.why());
            case Saving _, Kept _, Adrift _, Safe _, Migration.Closed _ -> refused(from, event);
        };
    }

    /// Only once survivors have seen to it that no save of it was committed, or ever will be.
    static Migration chosen(Migration from, MigrationEvent.BackgroundChosen event) {
        return from instanceof Missing s && s.save() == 0
                ? new Stored(s.subject(), event.checkpoint(), s.restores(), false, event.at())
                : refused(from, event);
    }

    static Migration ordered(Migration from, MigrationEvent event) {
        return from instanceof Waiting s ? new Noticed(s.subject(), s.save()) : refused(from, event);
    }

    private static Migration refused(Migration from, MigrationEvent event) {
        throw new IllegalMove(from, event);
    }

    static Migration streaming(Migration from, MigrationEvent event) {
        if (from instanceof Noticed s) {
            return new Streaming(s.subject(), s.save());
        }
        throw new IllegalMove(from, event);
    }

    static Migration frozen(Migration from, MigrationEvent event) {
        if (from instanceof Saving s && !(s instanceof Captured)) {
            return new Frozen(s.subject(), s.save());
        }
        throw new IllegalMove(from, event);
    }

    static Migration captured(Migration from, MigrationEvent event) {
        return from instanceof Saving s ? new Captured(s.subject(), s.save()) : refused(from, event);
    }

    /// A committed checkpoint wins over whatever else we had made of the migration, and a second word of it changes
    /// nothing.
    static Migration stored(Migration from, MigrationEvent.CheckpointStored event) {
        Restores restores = switch (from) {
            case AtRisk _, LetGone _ -> Restores.NONE;
            case Adrift s -> s.restores();
            case Lost s -> s.restores();
            case Safe _, Resumed _, Stranded _ -> throw new IllegalMove(from, event);
        };
        // One saved under another name was released by whoever saved it: what else runs there is not its source.
        boolean released = !from.id().saved(event.checkpoint());
        return new Stored(from.subject(), event.checkpoint(), restores, released, event.at());
    }

    static Migration saveFailed(Migration from, MigrationEvent.SaveFailed event) {
        if (from instanceof AtRisk s && !event.alive()) {
            return new Missing(s.subject(), s.save(), Restores.NONE, event.at());
        }
        if (from instanceof Saving s) {
            return new Thawed(s.subject(), s.save(), event.at(), event.reason());
        }
        throw new IllegalMove(from, event);
    }

    static Migration retried(Migration from, MigrationEvent.SaveRetried event) {
        if (from instanceof Thawed s && event.save() == s.save() + 1) {
            return new Waiting(s.subject(), event.save(), event.at());
        }
        throw new IllegalMove(from, event);
    }

    /// A save that has not begun is taken back too: its agent has something to tell the workload.
    static Migration recalled(Migration from, MigrationEvent.SaveRecalled event) {
        return switch (from) {
            case Saving s -> new Recalled(s.subject(), s.save(), event.why());
            case Waiting s -> new Recalled(s.subject(), s.save(), event.why());
            case Thawed _, Recalled _, Kept _, Adrift _, Safe _, Migration.Closed _ -> refused(from, event);
        };
    }

    /// Nobody walks away from a frozen process: it is recalled first. What is missing may run where it was
    /// after all, or be saved by another migration.
    static Migration letGo(Migration from, MigrationEvent.WorkloadLetGo event) {
        return switch (from) {
            case Waiting _, Noticed _, Thawed _, Recalled _, Kept _ -> new LetGone(from.subject(), event.reason());
            case Missing s -> new LetGone(s.subject(), event.reason());
            case Streaming _, Frozen _, Captured _, Adrift _, Safe _, Migration.Closed _ ->
                throw new IllegalMove(from, event);
        };
    }

    /// A save that still waited for its turn has left no checkpoint, but the one before it may have; and
    /// the first may have been begun by an agent on its own.
    static Migration missing(Migration from, MigrationEvent event) {
        return switch (from) {
            case Waiting s -> new Missing(s.subject(), Math.max(1, s.save() - 1), Restores.NONE, event.at());
            case AtRisk s -> new Missing(s.subject(), s.save(), Restores.NONE, event.at());
            case Adrift _, Safe _, Migration.Closed _ -> refused(from, event);
        };
    }

    static Migration placed(Migration from, MigrationEvent.RestorePlaced event) {
        return switch (from) {
            case Missing s
            when s.save() > 0 && event.attempt() == s.restores().attempts() + 1 ->
                new Sought(s.subject(), s.save(), s.restores().begun(), event.target(), event.at());
            case Stored s
            when event.attempt() == s.restores().attempts() + 1 ->
                new Restoring(
                        s.subject(), s.checkpoint(), s.restores().begun(), s.released(), event.target(), event.at());
            case AtRisk _, Adrift _, Safe _, Migration.Closed _ -> throw new IllegalMove(from, event);
        };
    }

    static Migration waiting(Migration from, MigrationEvent event) {
        return switch (from) {
            case Missing _, Stored _ -> from;
            case AtRisk _, Adrift _, Safe _, Migration.Closed _ -> throw new IllegalMove(from, event);
        };
    }

    static Migration restoreFailed(Migration from, MigrationEvent.RestoreFailed event) {
        return switch (from) {
            case Sought s
            when event.attempt() == s.restores().attempts() -> {
                int older = event.reason() == RestoreFailure.NO_CHECKPOINT ? s.save() - 1 : s.save();
                Restores restores = s.restores().failed(event.target(), event.reason());
                yield new Missing(s.subject(), older, restores, event.at());
            }
            case Restoring s
            when event.attempt() == s.restores().attempts() ->
                new Stored(
                        s.subject(),
                        s.checkpoint(),
                        s.restores().failed(event.target(), event.reason()),
                        s.released(),
                        event.at());
            case AtRisk _, Adrift _, Safe _, Migration.Closed _ -> throw new IllegalMove(from, event);
        };
    }

    static Migration released(Migration from, MigrationEvent event) {
        return switch (from) {
            case Stored s when !s.released() -> new Stored(s.subject(), s.checkpoint(), s.restores(), true, s.since());
            case Restoring s
            when !s.released() -> new Restoring(s.subject(), s.checkpoint(), s.restores(), true, s.target(), s.since());
            case AtRisk _, Adrift _, Safe _, Migration.Closed _ -> throw new IllegalMove(from, event);
        };
    }

    /// A running copy wins over every account of failed restores.
    static Migration resumed(Migration from, MigrationEvent.WorkloadResumed event) {
        return switch (from) {
            case Adrift _, Safe _, Lost _, Stranded _ -> new Resumed(from.subject(), event.node(), event.at());
            case AtRisk _, Resumed _, LetGone _ -> throw new IllegalMove(from, event);
        };
    }

    static Migration lost(Migration from, MigrationEvent.WorkloadLost event) {
        if (from instanceof Missing s) {
            return new Lost(s.subject(), event.reason(), s.restores());
        }
        throw new IllegalMove(from, event);
    }

    static Migration stranded(Migration from, MigrationEvent.CheckpointStranded event) {
        if (from instanceof Stored s) {
            return new Stranded(s.subject(), s.checkpoint(), event.reason());
        }
        throw new IllegalMove(from, event);
    }

    static Order restore(Subject subject, Restores restores, NodeName target, CheckpointId checkpoint) {
        return restore(subject, restores, target, checkpoint, null);
    }

    /// Nobody acts alone earlier before a deadline.
    static Order seek(Subject subject, Restores restores, NodeName target, CheckpointId checkpoint) {
        return restore(subject, restores, target, checkpoint, subject.deadline().minus(StandingOrders.LEAD));
    }

    private static Order restore(
            Subject subject,
            Restores restores,
            NodeName target,
            CheckpointId checkpoint,
            @Nullable Instant orElseSince) {
        int attempt = restores.attempts();
        return new Order.Restore(
                subject.order("restore-" + attempt),
                target,
                subject.workload(),
                checkpoint,
                attempt,
                orElseSince,
                subject.needed().arrival());
    }

    static Order release(Subject subject) {
        return new Order.Release(subject.order("release"), subject.home(), subject.workload());
    }
}
