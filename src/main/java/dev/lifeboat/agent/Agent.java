package dev.lifeboat.agent;

import dev.lifeboat.estimate.Observation;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.workload.Condition;
import dev.lifeboat.workload.Preflight;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Carries out orders on one node, each once, however often it comes.
///
/// Orders run beside one another on `tasks`, but saves one after the other in the order in which
/// they came: they share the node's link, and the plan has put first what must be first. A repeated
/// order whose answer is known is answered again; one that is under way is left alone. After a
/// restart the store and the running workloads tell what had been done.
public final class Agent {
    /// Answers that are kept for repetitions; far more than a node has workloads.
    static final int MAX_ANSWERS = 2_000;

    private final Rounds rounds;
    private final DirtyWatch watch;
    private final Station station;
    private final Backgrounds backgrounds;
    private final Executor tasks;
    private final Map<String, Save> saves = new LinkedHashMap<>();
    private final Deque<Runnable> waitingSaves = new ArrayDeque<>();
    private boolean saving;
    private @Nullable BackgroundSave backgroundSave;
    private volatile @Nullable Preflight preflight;
    private final Map<String, @Nullable Report> answers = new LinkedHashMap<>();

    public Agent(Host host, Workloads workloads, Checkpointer checkpointer, CheckpointStore store, Outside outside) {
        var fillings = new Fillings();
        this.rounds = new Rounds(host, workloads, store, outside.ahead(), fillings);
        this.watch = new DirtyWatch(outside.ahead().memory(), outside.ahead().gauge());
        this.station = new Station(
                host,
                workloads,
                checkpointer,
                store,
                rounds,
                outside.reports(),
                new Uplink(),
                outside.room(),
                new Fate(),
                fillings,
                outside.lazy(),
                outside.terms(),
                outside.clock());
        this.backgrounds =
                new Backgrounds(station, outside.background(), outside.ahead().gauge());
        this.tasks = outside.tasks();
    }

    /// What the world gives an agent.
    ///
    /// @param tasks runs each order; virtual threads live, one after the other in a simulation
    /// @param ahead for [Agent#copyAhead] and [Agent#measure]
    /// @param lazy lets workloads run before their pages are there; null where they shall not
    /// @param terms of a workload's saves
    /// @param background for complete checkpoints of what runs on
    public record Outside(
            ReportLog reports,
            Room room,
            InstantSource clock,
            Executor tasks,
            Ahead ahead,
            @Nullable LazyRestorer lazy,
            Function<WorkloadId, StandingOrders.Terms> terms,
            Background background) {
        /// No connection is cut, everything is restored whole, and nothing is checkpointed that runs on.
        public Outside(ReportLog reports, Room room, InstantSource clock, Executor tasks, Ahead ahead) {
            this(reports, room, clock, tasks, ahead, null, StandingOrders.Terms::unsaid, Background.NONE);
        }
    }

    /// Takes an order; returns at once.
    public void on(Order order) {
        switch (order) {
            case Order.Echo echo ->
                station.report(
                        new Report.Echoed(echo.node(), station.now(), echo.canary(), echo.saidAt(), echo.decidedAt()));
            case Order.OfMigration of -> on(of);
        }
    }

    private void on(Order.OfMigration order) {
        Report answer;
        synchronized (this) {
            if (!answers.containsKey(order.key())) {
                begin(order);
                return;
            }
            answer = answers.get(order.key());
            if (order instanceof Order.Save again) {
                adjust(again);
            }
        }
        if (answer != null) {
            station.report(answer);
        }
    }

    private void adjust(Order.Save again) {
        Save underWay = saves.get(again.checkpoint().value());
        if (underWay != null) {
            underWay.adjust(again);
        }
    }

    /// Takes a notice; those of other nodes are passed over.
    public void on(Notice notice) {
        if (notice.node().equals(station.host().node()) && !(notice instanceof Notice.Canary)) {
            station.fate().hear(notice, station.now());
            if (station.fate().sealed(station.now())) {
                cutBackgroundOff();
            }
        }
    }

    private synchronized void cutBackgroundOff() {
        if (backgroundSave != null) {
            backgroundSave.abort();
        }
    }

    /// Says how far the saves are; at most four times a second is enough.
    public void reportProgress() {
        Map<String, Save> running;
        synchronized (this) {
            running = Map.copyOf(saves);
        }
        running.values().forEach(save -> save.progress().forEach(station::report));
    }

    /// Says who runs here and what the uplink has shown; about once a second.
    public void reportHeartbeat() {
        List<Evacuee> running = station.workloads().running();
        station.report(new Report.Heartbeat(
                station.host().node(),
                station.now(),
                running.stream().map(Evacuee::workload).toList(),
                station.uplink().rate(),
                station.room().open() && !station.fate().sealed(station.now()),
                station.room().offered(),
                preflight,
                running.stream().map(this::condition).toList(),
                backgrounds.newest(running),
                station.checkpointer().means()));
    }

    /// Takes what stands in the way of saves to come; the heartbeats say it until something else is found.
    public void found(Preflight seen) {
        preflight = seen;
    }

    /// Waits, before this agent ends, for the pages of workloads that run already: they come through it.
    ///
    /// @return false when some are missing after `limit`; ending the agent then kills their workloads
    public boolean awaitWhole(Duration limit) throws InterruptedException {
        return station.fillings().awaitAll(limit);
    }

    private Condition condition(Evacuee evacuee) {
        WorkloadId workload = evacuee.workload().id();
        return station.workloads()
                .condition(evacuee)
                .copied(rounds.copiedAgo(workload).orElse(null));
    }

    /// Processor time of background rounds up to now, as [Cost] counts it; from any thread.
    public Duration spentAhead() {
        return rounds.spent();
    }

    /// Copies ahead of any notice what is due; call it again and again, about once a second, from one
    /// thread. Keeps to its budget, and ends at once when a save is ordered. A complete checkpoint that
    /// is due is begun on top of what was copied: little is left to send while nobody counts the bytes.
    ///
    /// @return what came of each workload that it got to
    public List<Copied> copyAhead() throws InterruptedException {
        Set<WorkloadId> due = backgrounds.due(station.workloads().running());
        List<Copied> copied = rounds.pass(due);
        copied.stream()
                .filter(each -> each.whole() && due.contains(each.workload().id()))
                .findFirst()
                .ifPresent(each -> beginBackground(each.workload()));
        // With a part or two on their way at a time: what a save gets is rather more.
        copied.forEach(each ->
                station.uplink().observe(each.taken().stored(), each.taken().sending()));
        report(copied.stream()
                .flatMap(each -> each.observations(station.now()).stream())
                .toList());
        return copied;
    }

    /// Watches for half a minute how fast what runs here changes, and reports it; call it again and again from one
    /// thread. Ends at once when a save is ordered.
    public void measure() throws InterruptedException {
        List<Evacuee> whole = station.workloads().running().stream()
                .filter(evacuee -> station.fillings().isWhole(evacuee.workload().id()))
                .toList();
        report(watch.window(whole, station::now, rounds.halt().stop()));
    }

    private void report(List<Observation> observations) {
        if (!observations.isEmpty()) {
            station.report(new Report.Measured(station.host().node(), station.now(), observations));
        }
    }

    private void begin(Order.OfMigration order) {
        answers.put(order.key(), null);
        forgetOldest();
        switch (order) {
            case Order.Save save -> beginSave(save);
            case Order.Restore restore -> begin(order, new Restore(restore, station)::run);
            case Order.Release release -> begin(order, () -> release(release));
            case Order.Abort abort -> begin(order, () -> abort(abort));
        }
    }

    /// One at a time, and none beside a save; who does not get to it now is due again at once.
    private synchronized void beginBackground(Workload workload) {
        BackgroundSave save = saving ? null : backgrounds.begin(workload).orElse(null);
        if (save == null) {
            return;
        }
        backgroundSave = save;
        rounds.halt().hold();
        waitingSaves.add(() -> carryOut(save));
        nextSave();
    }

    /// The top of its task. What only tidies up is done when the next save may begin already.
    private void carryOut(BackgroundSave save) {
        try {
            backgrounds.run(save);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException broken) {
            backgrounds.broken(save, broken);
        } finally {
            ended();
        }
        backgrounds.retire(save);
    }

    private synchronized void ended() {
        backgroundSave = null;
        nextOne();
    }

    private void beginSave(Order.Save order) {
        cutBackgroundOff();
        var save = new Save(order, station);
        saves.put(order.checkpoint().value(), save);
        rounds.halt().hold();
        waitingSaves.add(() -> {
            try {
                carryOut(order, save::run);
            } finally {
                ended(order);
            }
        });
        nextSave();
    }

    private synchronized void ended(Order.Save order) {
        saves.remove(order.checkpoint().value());
        nextOne();
    }

    private synchronized void nextOne() {
        rounds.halt().resume();
        saving = false;
        nextSave();
    }

    private synchronized void nextSave() {
        Runnable next = saving ? null : waitingSaves.poll();
        if (next != null) {
            saving = true;
            tasks.execute(next);
        }
    }

    private void begin(Order.OfMigration order, Callable<@Nullable Report> work) {
        tasks.execute(() -> carryOut(order, work));
    }

    private void carryOut(Order.OfMigration order, Callable<@Nullable Report> work) {
        Report answer = answer(order, work);
        synchronized (this) {
            if (answer == null) {
                answers.remove(order.key());
            } else {
                answers.put(order.key(), answer);
            }
        }
        if (answer != null) {
            station.report(answer);
        }
    }

    /// The top of an order's task: nothing escapes it without an answer, but a shutdown.
    private @Nullable Report answer(Order.OfMigration order, Callable<@Nullable Report> work) {
        try {
            return work.call();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return null;
        } catch (Exception broken) {
            return brokenBy(order, broken);
        }
    }

    private @Nullable Report brokenBy(Order.OfMigration order, Exception broken) {
        String detail = account(broken);
        return switch (order) {
            // What was begun may be committed: not answered, it comes again.
            case Order.Save save ->
                station.begun(save.key()) ? null : saveFailed(save, SaveFailure.DUMP_FAILED, detail);
            case Order.Restore restore ->
                new Report.RestoreFailed(
                        restore.node(), station.now(), restore.id(), RestoreFailure.RESTORE_FAILED, detail);
            // Not answered, so it is owed still and comes again.
            case Order.Abort _, Order.Release _ -> null;
        };
    }

    static String account(Exception broken) {
        return broken.getClass().getSimpleName() + ": " + broken.getMessage();
    }

    private Report release(Order.Release order) throws InterruptedException {
        station.killSource(order.workload(), order.migration());
        return new Report.Released(order.node(), station.now(), order.id());
    }

    /// A save under way answers for itself. Of one that this agent does not know, an earlier life's manifest may still
    /// be on the wire: it is kept from coming.
    private @Nullable Report abort(Order.Abort order) throws InterruptedException {
        Save save;
        synchronized (this) {
            save = saves.get(order.checkpoint().value());
        }
        if (save != null) {
            save.abort(order.sequel());
            return null;
        }
        if (station.store().settle(order.checkpoint())) {
            return Save.committed(order.id(), order.workload(), order.checkpoint(), station);
        }
        Report answer = saveFailed(order, SaveFailure.ABORTED, "nothing of it was under way");
        if (order.sequel() == Order.Sequel.SIGTERM) {
            Save.tell(order.workload(), order.migration(), station);
        }
        return answer;
    }

    private Report saveFailed(Order.OfMigration order, SaveFailure reason, String detail) {
        boolean alive = station.workloads().find(order.workload()).isPresent();
        return new Report.SaveFailed(order.node(), station.now(), order.id(), reason, detail, alive);
    }

    private void forgetOldest() {
        var keys = answers.entrySet().iterator();
        while (answers.size() > MAX_ANSWERS && keys.hasNext()) {
            if (keys.next().getValue() != null) {
                keys.remove();
            }
        }
    }
}
