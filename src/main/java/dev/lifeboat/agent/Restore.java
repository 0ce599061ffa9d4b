package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Claim;
import dev.lifeboat.agent.CheckpointStore.ClaimAnswer;
import dev.lifeboat.agent.CheckpointStore.Saved;
import dev.lifeboat.agent.Checkpointer.RestoreOutcome;
import dev.lifeboat.agent.LazyRestorer.End;
import dev.lifeboat.agent.LazyRestorer.Filling;
import dev.lifeboat.agent.LazyRestorer.LazyOutcome;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.plan.Capacity;
import dev.lifeboat.workload.Arrival;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One restore: claim, fetch, rebuild, confirm, and only then let go.
final class Restore {
    /// The store has retried each by itself; the tree stands still meanwhile, but so it did on its way here.
    private static final int MOST_CONFIRMS = 3;

    private final Order.Restore order;
    private final Station station;
    private final Claim claim;

    Restore(Order.Restore order, Station station) {
        this.order = order;
        this.station = station;
        this.claim = new Claim(order.node() + " " + order.key(), order.attempt());
    }

    Report run() throws InterruptedException {
        Optional<Evacuee> running = station.workloads().find(order.workload());
        if (running.isPresent()) {
            return alreadyHere(running.get());
        }
        if (!station.room().open()) {
            return failed(RestoreFailure.NO_ROOM, order.node() + " has an agent that restores nothing");
        }
        if (station.fate().sealed(station.now())) {
            return failed(RestoreFailure.NO_ROOM, order.node() + " is to be emptied or taken itself");
        }
        try (Saved saved = open()) {
            Capacity here = station.room().offered();
            if (here != null && here.free().compareTo(saved.size().pages()) < 0) {
                return failed(
                        RestoreFailure.NO_ROOM,
                        "it has " + saved.size().pages() + " of memory, and " + here.free() + " are free");
            }
            if (station.store().claim(order.checkpoint(), claim) instanceof ClaimAnswer.Lost lost) {
                return failed(
                        RestoreFailure.CLAIM_LOST, "held by " + lost.holder().claimant());
            }
            return rebuild(saved);
        } catch (StoreFailed e) {
            return e.kind() == StoreFailed.Kind.NOT_FOUND
                    ? orElse(e)
                    : failed(RestoreFailure.STORE_UNREACHABLE, e.detail());
        } catch (CorruptCheckpoint e) {
            return failed(RestoreFailure.CORRUPT, e.detail());
        }
    }

    /// That there is no checkpoint is said only once there never will be: whoever hears it gives the memory up.
    private Saved open() throws InterruptedException {
        try {
            return station.store().open(order.checkpoint());
        } catch (StoreFailed e) {
            if (e.kind() == StoreFailed.Kind.NOT_FOUND && station.store().settle(order.checkpoint())) {
                return station.store().open(order.checkpoint());
            }
            throw e;
        }
    }

    /// One that the node's agent saved alone, under a notice that went with it. It is told of and not taken
    /// yet: the orchestrator must know what it is that it has restored.
    private Report orElse(StoreFailed none) {
        Instant since = order.orElseSince();
        if (since == null) {
            return failed(RestoreFailure.NO_CHECKPOINT, none.detail());
        }
        try {
            return station.store()
                    .unclaimed(order.workload(), order.id().home(), since)
                    .map(this::found)
                    .orElseGet(() -> failed(RestoreFailure.NO_CHECKPOINT, none.detail()));
        } catch (StoreFailed e) {
            return failed(RestoreFailure.STORE_UNREACHABLE, e.detail());
        }
    }

    private Report found(CheckpointStore.Found found) {
        return new Report.Stored(
                order.node(),
                station.now(),
                order.id(),
                found.id(),
                found.size().pages(),
                found.size().stored(),
                Duration.ZERO);
    }

    private Report rebuild(Saved saved) throws InterruptedException {
        LazyRestorer lazy = station.lazy();
        if (lazy == null || order.arrival() != Arrival.LAZY) {
            return rebuildWhole(saved);
        }
        station.store().filling(order.checkpoint(), claim);
        Report answer = rebuildLazily(saved, lazy);
        if (answer == null) {
            answer = rebuildWhole(saved);
        }
        filled();
        return answer;
    }

    /// Null where it is to be done again, whole: it could not be begun, or the tree had to be killed because its pages
    /// did not come any more.
    private @Nullable Report rebuildLazily(Saved saved, LazyRestorer lazy) throws InterruptedException {
        Path metadata = station.scratch(order.key());
        try {
            putBack(saved, metadata);
            var forbidden = new AtomicReference<@Nullable Report>();
            var outcome = lazy.restoreLazily(metadata, saved.pages(), pid -> mayRun(pid, forbidden));
            return switch (outcome) {
                case LazyOutcome.Running(var pid, var filling) -> fill(pid, filling);
                case LazyOutcome.Failed _ -> forbidden.get();
            };
        } finally {
            StateFiles.clear(metadata);
            station.fillings().ended(order.workload());
        }
    }

    private @Nullable Report fill(long pid, Filling filling) throws InterruptedException {
        station.fillings().begun(order.workload());
        station.report(new Report.Resumed(order.node(), station.now(), order.id(), pid, filling.missing()));
        return switch (filling.await()) {
            case End.Whole _ -> new Report.Resumed(order.node(), station.now(), order.id(), pid);
            case End.Killed _ -> null;
        };
    }

    /// Should the store not take it, the checkpoint is kept longer than it need be.
    private void filled() {
        try {
            station.store().filled(order.checkpoint());
        } catch (StoreFailed unheard) {
            // Nothing hangs on it but a little room.
        }
    }

    private Report rebuildWhole(Saved saved) throws InterruptedException {
        Path metadata = station.scratch(order.key());
        try {
            putBack(saved, metadata);
            var forbidden = new AtomicReference<@Nullable Report>();
            var outcome = station.checkpointer().restore(metadata, saved.pages(), pid -> mayRun(pid, forbidden));
            Report why = forbidden.get();
            return switch (outcome) {
                case RestoreOutcome.Running running -> resumed(running.pid());
                case RestoreOutcome.Unfit(var lack) -> failed(RestoreFailure.INCOMPATIBLE, lack);
                case RestoreOutcome.Failed _ when why != null -> why;
                case RestoreOutcome.Failed broken ->
                    failed(RestoreFailure.RESTORE_FAILED, broken.reason() + ": " + broken.logTail());
            };
        } finally {
            StateFiles.clear(metadata);
        }
    }

    /// Asked with everything restored and nothing running yet. The tree is adopted here already: one that ran before it
    /// was known would be nobody's if this agent died in between.
    private boolean mayRun(long pid, AtomicReference<@Nullable Report> forbidden) {
        try {
            return switch (confirm()) {
                case ClaimAnswer.Won _ -> {
                    station.workloads().adopt(order.workload(), pid, order.checkpoint());
                    yield true;
                }
                case ClaimAnswer.Lost lost -> {
                    forbidden.set(failed(
                            RestoreFailure.CLAIM_LOST,
                            "confirmed by " + lost.holder().claimant()));
                    yield false;
                }
            };
        } catch (StoreFailed unanswered) {
            forbidden.set(
                    failed(RestoreFailure.STORE_UNREACHABLE, "the claim was not confirmed: " + unanswered.detail()));
            return false;
        }
    }

    /// A confirmation whose answer was lost would bind the checkpoint to a tree that never ran: it is asked for anew.
    private ClaimAnswer confirm() {
        for (int ask = 1; ; ask++) {
            try {
                return station.store().confirm(order.checkpoint(), claim);
            } catch (StoreFailed unanswered) {
                if (ask == MOST_CONFIRMS) {
                    throw unanswered;
                }
            }
        }
    }

    private void putBack(Saved saved, Path metadata) throws InterruptedException {
        Path folder = station.workloads().folder(order.workload());
        for (String name : saved.files()) {
            if (name.startsWith(Station.METADATA)) {
                saved.fetch(name, StateFiles.place(metadata, name.substring(Station.METADATA.length())));
            } else if (name.startsWith(Station.STATE)) {
                saved.fetch(name, StateFiles.place(folder, name.substring(Station.STATE.length())));
            } else {
                throw new CorruptCheckpoint("the checkpoint holds a file of no known kind: " + name);
            }
        }
    }

    /// What has ended since was restored all the same: nobody may have it again.
    private Report resumed(long pid) {
        boolean runs = station.workloads().find(order.workload()).isPresent();
        return new Report.Resumed(order.node(), station.now(), order.id(), pid, null, runs ? null : true);
    }

    /// A repeated order after a lost answer, or a name that is taken.
    private Report alreadyHere(Evacuee evacuee) {
        if (evacuee.origin().filter(order.checkpoint()::equals).isPresent()) {
            return new Report.Resumed(order.node(), station.now(), order.id(), evacuee.pid());
        }
        return failed(RestoreFailure.NO_ROOM, order.workload() + " runs here already, from elsewhere");
    }

    private Report failed(RestoreFailure reason, String detail) {
        return new Report.RestoreFailed(order.node(), station.now(), order.id(), reason, detail);
    }
}
