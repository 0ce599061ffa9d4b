package dev.lifeboat.orchestrator;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.LossReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Migration.AtRisk;
import dev.lifeboat.migration.Migration.Kept;
import dev.lifeboat.migration.Migration.Missing;
import dev.lifeboat.migration.Migration.Recalled;
import dev.lifeboat.migration.Migration.Restoring;
import dev.lifeboat.migration.Migration.Saving;
import dev.lifeboat.migration.Migration.Sought;
import dev.lifeboat.migration.Migration.Stored;
import dev.lifeboat.migration.Migration.Thawed;
import dev.lifeboat.migration.Migration.Waiting;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationEvent.BackgroundNoted;
import dev.lifeboat.migration.MigrationEvent.CheckpointStranded;
import dev.lifeboat.migration.MigrationEvent.DeadlineMoved;
import dev.lifeboat.migration.MigrationEvent.NoDestinationFound;
import dev.lifeboat.migration.MigrationEvent.NodeLost;
import dev.lifeboat.migration.MigrationEvent.RestoreFailed;
import dev.lifeboat.migration.MigrationEvent.RestorePlaced;
import dev.lifeboat.migration.MigrationEvent.SaveOrdered;
import dev.lifeboat.migration.MigrationEvent.SaveRecalled;
import dev.lifeboat.migration.MigrationEvent.SaveRetried;
import dev.lifeboat.migration.MigrationEvent.WorkloadLetGo;
import dev.lifeboat.migration.MigrationEvent.WorkloadLost;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.migration.Restores;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.migration.StrandReason;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.Grounds;
import dev.lifeboat.plan.Placement;
import dev.lifeboat.plan.Refusals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides what the state of things and the time call for. Level-triggered: it asks what is so, not what happened, so
/// a lost or doubled tick changes nothing.
final class Clockwork {
    /// Between two accounts of why a checkpoint waits.
    private static final Duration TOLD_AGAIN = Duration.ofSeconds(30);

    /// Bytes of memory a second: a node's share of a link of 1 Gbit/s with three other restores on it,
    /// packed two to one.
    private static final long SLOWEST_RESTORE = 50L << 20;

    /// Within which an agent says itself that a pod has not come up: half a minute for its owner to
    /// make it, two minutes to start it. A volume that has to be detached from another node first
    /// takes most of that.
    private static final Duration STARTING = Duration.ofSeconds(150);

    private final Limits limits;
    private final Destinations destinations;

    Clockwork(Limits limits) {
        this.limits = limits;
        this.destinations = new Destinations(limits.silentAfter());
    }

    /// The next move of one migration; empty when all it can do is wait. Ask again after each.
    List<? extends JournalEvent> next(Migration migration, Evacuations state, View view, Instant now) {
        return switch (migration) {
            case AtRisk s -> atRisk(s, state, view, now);
            case Missing s -> missing(s, state, view, now);
            case Sought s ->
                expired(s, s.target(), s.since(), view, now)
                        ? List.of(timedOut(s, s.restores(), s.target(), now))
                        : List.of();
            case Stored s -> stored(s, state, view, now);
            case Restoring s ->
                expired(s, s.target(), s.since(), view, now)
                        ? List.of(timedOut(s, s.restores(), s.target(), now))
                        : List.of();
            case Migration.Closed _ -> List.of();
        };
    }

    private List<MigrationEvent> atRisk(AtRisk migration, Evacuations state, View view, Instant now) {
        Reclaim reclaim = state.reclaim(migration.subject().home());
        Optional<BackgroundNoted> background = Keeping.news(migration, state, view, now);
        if (background.isPresent()) {
            return List.of(background.get());
        }
        if (gone(migration, reclaim, view, now)) {
            return List.of(new NodeLost(migration.id(), now));
        }
        if (reclaim == null || !reclaim.mustLeave()) {
            return switch (migration) {
                case Saving _ -> List.of(new SaveRecalled(migration.id(), now, LetGoReason.WITHDRAWN));
                case Thawed _, Waiting _, Kept _ ->
                    List.of(new WorkloadLetGo(migration.id(), now, LetGoReason.WITHDRAWN));
                case Recalled _ -> List.of();
            };
        }
        Instant closesAt = reclaim.closesAt().orElse(migration.subject().deadline());
        if (!closesAt.equals(migration.subject().deadline())) {
            return List.of(new DeadlineMoved(migration.id(), now, closesAt));
        }
        return switch (migration) {
            case Thawed s -> thawed(s, Keeping.of(s, state), now);
            case Waiting s -> waiting(s, state, view, now);
            // The machine was not taken after all.
            case Kept s when reclaim.over(now) -> List.of(new WorkloadLetGo(s.id(), now, s.why()));
            case Saving _, Recalled _, Kept _ -> List.of();
        };
    }

    private boolean gone(AtRisk migration, @Nullable Reclaim reclaim, View view, Instant now) {
        if (reclaim != null && Doom.dead(reclaim)) {
            return true;
        }
        return migration.subject().deadline().plus(limits.deadAfter()).isBefore(now)
                && view.silent(migration.subject().home(), now, limits.silentAfter());
    }

    private List<MigrationEvent> waiting(Waiting migration, Evacuations state, View view, Instant now) {
        if (!now.isBefore(migration.subject().deadline())) {
            return mayHaveBeenSavedAlone(migration, view, now)
                    ? List.of()
                    : List.of(Keeping.of(migration, state).over(migration, LetGoReason.OUT_OF_TIME, now));
        }
        return state.turnHasCome(migration) ? List.of(new SaveOrdered(migration.id(), now)) : List.of();
    }

    /// A silent node may be cut off, and act on its standing orders. One that was silent at its deadline and is heard
    /// again may be taken before it can tell what it did.
    private boolean mayHaveBeenSavedAlone(Waiting migration, View view, Instant now) {
        boolean late = !migration.since().isBefore(migration.subject().deadline());
        return view.silent(migration.subject().home(), now, limits.silentAfter())
                || (late && now.isBefore(migration.since().plus(limits.deadAfter())));
    }

    private List<MigrationEvent> thawed(Thawed migration, Keeping keeping, Instant now) {
        if (migration.reason() == SaveFailure.WORKLOAD_ENDED || migration.reason() == SaveFailure.UNKNOWN_WORKLOAD) {
            return List.of(new WorkloadLetGo(migration.id(), now, LetGoReason.ALREADY_GONE));
        }
        if (migration.reason() == SaveFailure.TOO_LATE
                || !now.isBefore(migration.subject().deadline())) {
            return List.of(keeping.over(migration, LetGoReason.OUT_OF_TIME, now));
        }
        if (migration.save() >= limits.saves()) {
            return List.of(keeping.over(migration, LetGoReason.SAVES_FAILED, now));
        }
        return now.isBefore(migration.since().plus(limits.saveRetryAfter()))
                ? List.of()
                : List.of(new SaveRetried(migration.id(), now, migration.save() + 1));
    }

    private List<MigrationEvent> missing(Missing migration, Evacuations state, View view, Instant now) {
        List<Migration> twins = state.twins(migration);
        if (twins.stream().anyMatch(Clockwork::hasSaved)) {
            return List.of(new WorkloadLetGo(migration.id(), now, LetGoReason.SAVED_ALONE));
        }
        if (migration.save() == 0) {
            return nothingSaved(migration, twins, state, view, now);
        }
        if (migration.restores().attempts() >= limits.restores()) {
            return List.of(new WorkloadLost(migration.id(), now, LossReason.UNREADABLE));
        }
        if (migration.since().plus(limits.patience()).isBefore(now)) {
            return List.of(new WorkloadLost(migration.id(), now, LossReason.NOBODY_TO_ASK));
        }
        return place(
                migration,
                migration.restores(),
                migration.since(),
                state,
                view,
                now,
                migration.id().checkpoint(migration.save()));
    }

    /// Survivors have seen that no save of it will ever be committed. That does not mean that it is gone: its node may
    /// live after all, and an agent that acted alone saves under a name of its own.
    private List<MigrationEvent> nothingSaved(
            Missing migration, List<Migration> twins, Evacuations state, View view, Instant now) {
        NodeName home = migration.subject().home();
        if (runsOn(migration, state.reclaim(home), view, now)) {
            return List.of(new WorkloadLetGo(migration.id(), now, LetGoReason.WITHDRAWN));
        }
        return twins.stream().anyMatch(Clockwork::mayHaveSaved)
                ? List.of()
                : Keeping.of(migration, state).nothingSaved(migration, view.heardAt(home), limits.patience(), now);
    }

    /// By its node's own account, of which nobody says any more that it ends.
    private boolean runsOn(Missing migration, @Nullable Reclaim reclaim, View view, Instant now) {
        NodeName home = migration.subject().home();
        return (reclaim == null || !reclaim.mustLeave())
                && !view.silent(home, now, limits.silentAfter())
                && view.workloads(home).stream()
                        .anyMatch(one -> one.id().equals(migration.subject().workload()));
    }

    private static boolean hasSaved(Migration twin) {
        return switch (twin) {
            case Migration.Safe _, Migration.Resumed _, Migration.Stranded _ -> true;
            case AtRisk _, Migration.Adrift _, Migration.LetGone _, Migration.Lost _ -> false;
        };
    }

    private static boolean mayHaveSaved(Migration twin) {
        return switch (twin) {
            case AtRisk _ -> true;
            case Migration.Adrift adrift -> adrift.save() > 0;
            case Migration.Safe _, Migration.Closed _ -> false;
        };
    }

    private List<MigrationEvent> stored(Stored migration, Evacuations state, View view, Instant now) {
        if (migration.restores().attempts() >= limits.restores()) {
            return List.of(new CheckpointStranded(migration.id(), now, StrandReason.RESTORES_FAILED));
        }
        if (migration.since().plus(limits.patience()).isBefore(now)) {
            NoDestinationFound told = state.heldUp(migration.id());
            StrandReason reason = told != null && told.refusals().outlook() == Refusals.Outlook.NOWHERE
                    ? StrandReason.NO_COMPATIBLE_DESTINATION
                    : StrandReason.NO_CAPACITY;
            return List.of(new CheckpointStranded(migration.id(), now, reason));
        }
        return place(migration, migration.restores(), migration.since(), state, view, now, migration.checkpoint());
    }

    private List<MigrationEvent> place(
            Migration migration,
            Restores restores,
            Instant since,
            Evacuations state,
            View view,
            Instant now,
            CheckpointId checkpoint) {
        if (restores.attempts() > 0 && now.isBefore(since.plus(limits.restoreRetryAfter()))) {
            return List.of();
        }
        List<CapacityOffer> offers = destinations.offers(state, view, now);
        int attempt = restores.attempts() + 1;
        Optional<NodeName> holder = Destinations.holder(restores, offers);
        if (holder.isPresent()) {
            return List.of(new RestorePlaced(migration.id(), now, holder.get(), checkpoint, attempt, null));
        }
        Placement placement = destinations.choose(migration, restores, offers, view, now);
        if (placement instanceof Placement.Placed placed) {
            Grounds grounds = Grounds.of(placed, migration.subject().needed());
            return List.of(new RestorePlaced(migration.id(), now, placed.node(), checkpoint, attempt, grounds));
        }
        return waiting(migration, Refusals.of(placement), state, now);
    }

    /// The reasons are told when they change, and not with every node that comes and goes.
    private static List<MigrationEvent> waiting(
            Migration migration, Refusals refusals, Evacuations state, Instant now) {
        NoDestinationFound told = state.heldUp(migration.id());
        boolean known = told != null
                && (told.refusals().like(refusals) || now.isBefore(told.at().plus(TOLD_AGAIN)));
        return known ? List.of() : List.of(new NoDestinationFound(migration.id(), now, refusals));
    }

    /// A target that lives is left the time that its memory and its volumes take: a second one would take the claim
    /// from it and be no faster.
    private boolean expired(Migration migration, NodeName target, Instant since, View view, Instant now) {
        Instant due = since.plus(limits.restoreTimeout());
        if (view.silent(target, now, limits.silentAfter())) {
            return due.isBefore(now);
        }
        long seconds = migration.subject().needed().room().bytes() / SLOWEST_RESTORE;
        return due.plus(STARTING).plusSeconds(seconds).isBefore(now);
    }

    private static RestoreFailed timedOut(Migration migration, Restores restores, NodeName target, Instant now) {
        return new RestoreFailed(
                migration.id(), now, target, restores.attempts(), RestoreFailure.TIMED_OUT, "no answer");
    }
}
