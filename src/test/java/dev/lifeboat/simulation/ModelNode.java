package dev.lifeboat.simulation;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.OrderId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// A node with its agent, as the orchestrator knows it: acts once per order key, may die at any step.
final class ModelNode {
    /// Steps of one save take at most this long each.
    private static final int STEP_MILLIS = 3_000;

    final NodeName name;
    final Set<WorkloadId> running = new HashSet<>();
    /// Frozen workloads and the save that holds them.
    final Map<WorkloadId, String> frozen = new HashMap<>();

    private final Schedule schedule;
    private final ModelStore store;
    private final Faults faults;
    private final Consumer<Report> send;
    private final Map<String, Report.OfMigration> answers = new HashMap<>();
    private final Set<String> working = new HashSet<>();
    private boolean alive = true;
    private boolean agentUp = true;
    private int life;

    ModelNode(NodeName name, Schedule schedule, ModelStore store, Faults faults, Consumer<Report> send) {
        this.name = name;
        this.schedule = schedule;
        this.store = store;
        this.faults = faults;
        this.send = send;
    }

    boolean alive() {
        return alive;
    }

    boolean up() {
        return alive && agentUp;
    }

    boolean worksOn(String save) {
        return working.contains(save);
    }

    void die() {
        alive = false;
        life++;
        running.clear();
        frozen.clear();
    }

    /// The agent's process dies: the kernel lets go of what it had frozen, and its memory of orders is gone.
    void crash() {
        if (up()) {
            agentUp = false;
            life++;
            running.addAll(frozen.keySet());
            frozen.clear();
            answers.clear();
            working.clear();
            schedule.soon(4_000, () -> agentUp = true);
        }
    }

    void on(Order order) {
        if (!up() || working.contains(order.key())) {
            return;
        }
        Report.OfMigration said = answers.get(order.key());
        if (said != null) {
            send.accept(said);
            return;
        }
        switch (order) {
            case Order.Save save -> save(save);
            case Order.Abort abort -> abort(abort);
            case Order.Restore restore -> restore(restore);
            case Order.Release release -> say(release, new Report.Released(name, schedule.now(), release.id()));
        }
    }

    private void save(Order.Save save) {
        if (store.holds(save.checkpoint())) {
            // What is left of the source dies; what was restored from this very checkpoint is no source.
            if (!store.runsOn(save.checkpoint(), name)) {
                running.remove(save.workload());
            }
            stored(save);
        } else if (!running.contains(save.workload())) {
            fail(save, SaveFailure.UNKNOWN_WORKLOAD);
        } else if (!schedule.now().isBefore(save.deadline())) {
            fail(save, SaveFailure.TOO_LATE);
        } else {
            working.add(save.key());
            send.accept(new Report.SaveStarted(name, schedule.now(), save.id()));
            step(() -> freeze(save));
        }
    }

    private void freeze(Order.Save save) {
        if (!working.contains(save.key())) {
            return;
        }
        running.remove(save.workload());
        frozen.put(save.workload(), save.key());
        send.accept(new Report.Frozen(name, schedule.now(), save.id()));
        step(() -> commit(save));
    }

    private void commit(Order.Save save) {
        if (!working.contains(save.key())) {
            return;
        }
        if (schedule.chance(faults.store())) {
            if (schedule.chance(0.5)) {
                store.commit(save.checkpoint());
            }
            thaw(save);
            fail(save, SaveFailure.STORE_STALLED);
            return;
        }
        store.commit(save.checkpoint());
        schedule.soon(20, guarded(() -> {
            frozen.remove(save.workload());
            stored(save);
        }));
    }

    private void thaw(Order.Save save) {
        frozen.remove(save.workload());
        running.add(save.workload());
    }

    private void stored(Order.Save save) {
        say(save, stored(save.id(), save.checkpoint()));
    }

    private Report.Stored stored(OrderId order, CheckpointId checkpoint) {
        return new Report.Stored(
                name,
                schedule.now(),
                order,
                checkpoint,
                ByteCount.ofMebi(2),
                ByteCount.ofMebi(1),
                Duration.ofMillis(100));
    }

    private void abort(Order.Abort abort) {
        String save = abort.key().replace("/abort-", "/save-");
        boolean committing = store.holds(abort.checkpoint());
        if (committing && !frozen.containsKey(abort.workload()) && !running.contains(abort.workload())) {
            // The commit came first, and its answer was lost with the agent.
            say(abort, stored(abort.id(), abort.checkpoint()));
            return;
        }
        if (!committing && working.remove(save) && frozen.remove(abort.workload()) != null) {
            running.add(abort.workload());
        }
        if (!frozen.containsKey(abort.workload())) {
            send.accept(new Report.SaveFailed(name, schedule.now(), abort.id(), SaveFailure.ABORTED, "", true));
        }
    }

    private void restore(Order.Restore restore) {
        if (store.runsOn(restore.checkpoint(), name) && running.contains(restore.workload())) {
            say(restore, new Report.Resumed(name, schedule.now(), restore.id(), 1));
        } else if (!store.holds(restore.checkpoint())) {
            fail(restore, RestoreFailure.NO_CHECKPOINT);
        } else if (claims() && !store.claim(restore.checkpoint(), name, restore.attempt())) {
            fail(restore, RestoreFailure.CLAIM_LOST);
        } else {
            working.add(restore.key());
            // Some targets are slower than the orchestrator's patience: the next attempt overtakes them.
            int most = schedule.chance(faults.late()) ? 90_000 : STEP_MILLIS;
            schedule.soon(most, guarded(() -> resume(restore)));
        }
    }

    private void resume(Order.Restore restore) {
        if (schedule.chance(faults.store())) {
            fail(restore, RestoreFailure.RESTORE_FAILED);
        } else if (claims() && !store.confirm(restore.checkpoint(), name, restore.attempt())) {
            fail(restore, RestoreFailure.CLAIM_LOST);
        } else {
            running.add(restore.workload());
            say(restore, new Report.Resumed(name, schedule.now(), restore.id(), 1));
        }
    }

    private boolean claims() {
        return faults.claims() == Faults.Claims.ON;
    }

    private void fail(Order.Save save, SaveFailure reason) {
        say(save, new Report.SaveFailed(name, schedule.now(), save.id(), reason, "", true));
    }

    private void fail(Order.Restore restore, RestoreFailure reason) {
        say(restore, new Report.RestoreFailed(name, schedule.now(), restore.id(), reason, ""));
    }

    private void say(Order order, Report.OfMigration answer) {
        working.remove(order.key());
        answers.put(order.key(), answer);
        if (schedule.chance(faults.crash())) {
            crash();
        } else {
            send.accept(answer);
        }
    }

    private void step(Runnable next) {
        if (schedule.chance(faults.crash())) {
            crash();
        } else {
            schedule.soon(STEP_MILLIS, guarded(next));
        }
    }

    /// Nothing of a dead process goes on.
    private Runnable guarded(Runnable next) {
        int mine = life;
        return () -> {
            if (up() && life == mine) {
                next.run();
            }
        };
    }

    List<WorkloadId> present() {
        var all = new HashSet<>(running);
        all.addAll(frozen.keySet());
        return List.copyOf(all);
    }

    @Override
    public String toString() {
        return name + (alive ? " runs " : " dead ") + running;
    }
}
