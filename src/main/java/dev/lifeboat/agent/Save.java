package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Draft;
import dev.lifeboat.agent.CheckpointStore.Size;
import dev.lifeboat.agent.Checkpointer.DumpOutcome;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Stage;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Order.Sequel;
import dev.lifeboat.migration.OrderId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One save: freeze, stream, commit, and only then kill.
///
/// The workload is frozen, never dead, until the manifest is in the store. Whatever goes wrong before that thaws it.
final class Save {
    /// More than any orchestrator orders of one migration.
    private static final int MOST_SAVES = 16;

    private final Order.Save order;
    private final Station station;
    private final AtomicReference<@Nullable Draft> writing = new AtomicReference<>();
    private final AtomicReference<@Nullable RuntimeException> trouble = new AtomicReference<>();
    private volatile boolean aborted;
    private volatile boolean sent;
    private volatile @Nullable Sequel sequel;
    private volatile @Nullable Codec codec;
    private final Prelude prelude;

    Save(Order.Save order, Station station) {
        this.order = order;
        this.station = station;
        this.codec = order.codec();
        this.prelude = new Prelude(order, station);
    }

    /// What became of it, the reports on the way have been made. That it failed is said only once
    /// nothing of it can be committed any more, by this life of the agent or by a later one: whoever
    /// hears it begins another save, or lets the workload go. Null as long as the store does not say
    /// so: then it is owed still, and comes again.
    @Nullable
    Report run() throws InterruptedException {
        Report answer = outcome();
        if (answer instanceof Report.Stored) {
            station.forget(order.key());
        }
        if (answer instanceof Report.SaveFailed) {
            station.spend(order.key());
            if (sequel == Sequel.SIGTERM) {
                tell(order.workload(), order.migration(), station);
            }
        }
        return answer;
    }

    /// The source only: a copy that was restored here meanwhile is none of this save's business.
    static void tell(WorkloadId workload, MigrationId migration, Station station) {
        if (station.source(workload, migration).isPresent()) {
            station.workloads().tell(workload);
        }
    }

    private @Nullable Report outcome() throws InterruptedException {
        try {
            Report answer = attempted();
            return sent && answer instanceof Report.SaveFailed ? unlessCommitted(answer) : answer;
        } catch (StoreFailed e) {
            return station.begun(order.key()) ? null : failed(reasonOf(e), e.detail());
        }
    }

    /// However it broke, what was sent is looked into first.
    private Report attempted() throws InterruptedException {
        try {
            return attempt();
        } catch (StoreFailed e) {
            throw e;
        } catch (RuntimeException broken) {
            return failed(SaveFailure.DUMP_FAILED, Agent.account(broken));
        }
    }

    /// Its manifest was sent, and perhaps no answer came.
    private Report unlessCommitted(Report failed) throws InterruptedException {
        return station.store().settle(order.checkpoint())
                ? committed(order.id(), order.workload(), order.checkpoint(), station)
                : failed;
    }

    /// The order has come again, maybe with another codec, or with fewer rounds; from any thread.
    void adjust(Order.Save again) {
        codec = again.codec();
        prelude.adjust(again);
        Draft draft = writing.get();
        if (draft != null) {
            pack(draft);
        }
    }

    private void pack(Draft draft) {
        Codec wanted = codec;
        if (wanted != null) {
            draft.pack(wanted);
        }
    }

    private Report attempt() throws InterruptedException {
        boolean begunBefore = station.begun(order.key());
        if (begunBefore
                ? station.store().settle(order.checkpoint())
                : station.store().committed(order.checkpoint())) {
            return committed(order.id(), order.workload(), order.checkpoint(), station);
        }
        if (begunBefore) {
            return failed(SaveFailure.AGENT_RESTARTED, "this agent was restarted after it had begun the save");
        }
        Instant now = station.now();
        if (!now.isBefore(order.deadline())) {
            return failed(SaveFailure.TOO_LATE, "the deadline was " + order.deadline());
        }
        Optional<Evacuee> evacuee = station.source(order.workload(), order.migration());
        if (evacuee.isEmpty()) {
            Optional<CheckpointId> earlier = committedBefore();
            return earlier.isPresent()
                    ? committed(order.id(), order.workload(), earlier.get(), station)
                    : failed(SaveFailure.UNKNOWN_WORKLOAD, order.workload() + " does not run on " + order.node());
        }
        // Half of what is left: others wait for their turn behind this one.
        if (!station.fillings()
                .await(order.workload(), Duration.between(now, order.deadline()).dividedBy(2))) {
            return failed(SaveFailure.DUMP_FAILED, order.workload() + " still waits for pages of its own restore");
        }
        station.report(new Report.SaveStarted(order.node(), station.now(), order.id()));
        prelude.run(evacuee.get());
        Duration limit = Duration.between(station.now(), order.deadline());
        if (aborted) {
            return failed(SaveFailure.ABORTED, "taken back before the freeze");
        }
        return limit.isPositive()
                ? dump(evacuee.get(), station.scratch(order.key()), limit)
                : failed(SaveFailure.TOO_LATE, "the deadline was " + order.deadline());
    }

    /// An order that came again after this agent had been restarted may have saved and killed it under an earlier name,
    /// and the next restart have come before anybody was told.
    private Optional<CheckpointId> committedBefore() {
        if (station.workloads().find(order.workload()).isPresent()) {
            return Optional.empty(); // restored here
        }
        return IntStream.rangeClosed(1, MOST_SAVES)
                .mapToObj(order.migration()::checkpoint)
                .takeWhile(checkpoint -> !checkpoint.equals(order.checkpoint()))
                .filter(station.store()::committed)
                .findFirst();
    }

    /// Stops it if it has not committed; may be called from any thread, and more than once.
    ///
    /// @param then what becomes of the workload once it has thawed
    void abort(@Nullable Sequel then) {
        sequel = then;
        aborted = true;
        prelude.abort();
        Draft draft = writing.get();
        if (draft != null) {
            draft.abort();
        }
    }

    /// How far it is; empty before the first page and after the end.
    List<Report> progress() {
        Draft draft = writing.get();
        return draft == null ? prelude.progress() : List.of(prelude.progress(draft.size(), draft.sending()));
    }

    private Report dump(Evacuee evacuee, Path metadata, Duration limit) throws InterruptedException {
        Instant started = station.now();
        try (var capture = new Capture(station, evacuee, order.checkpoint(), metadata)) {
            Draft draft = capture.draft();
            writing.set(draft);
            pack(draft);
            if (aborted) {
                draft.abort();
            }
            var committed = new AtomicReference<@Nullable Size>();
            DumpOutcome outcome = capture.dump(limit, new Captured(evacuee, capture, committed));
            Size size = committed.get();
            return switch (outcome) {
                case DumpOutcome.Killed killed when size != null -> stored(size, killed.frozen(), took(draft, started));
                case DumpOutcome.Killed _ -> throw new IllegalStateException(order.key() + ": killed without a commit");
                case DumpOutcome.Thawed _ -> thawed();
                case DumpOutcome.Failed dumpFailed ->
                    size == null ? refused(dumpFailed) : stored(size, Duration.ZERO, took(draft, started));
            };
        } catch (StoreFailed e) {
            return failed(reasonOf(e), e.detail());
        } finally {
            writing.set(null);
        }
    }

    /// What sending took, where the store says it: a save that found its pages there sent little, not slowly.
    private Duration took(Draft draft, Instant started) {
        Duration sending = draft.sending();
        return sending.isZero() ? Duration.between(started, station.now()) : sending;
    }

    /// The store has the only copy: nothing of the source may be left, however its dumper ended.
    private Report stored(Size size, Duration frozen, Duration took) throws InterruptedException {
        station.workloads().kill(order.workload());
        station.rounds().forget(order.workload());
        Instant now = station.now();
        station.uplink().observe(size.stored(), took);
        return new Report.Stored(
                order.node(), now, order.id(), order.checkpoint(), size.pages(), size.stored(), frozen, prelude.made());
    }

    /// A lost answer or a restarted agent: the manifest says that the save was done, so what is left of the source must
    /// go.
    static Report committed(OrderId order, WorkloadId workload, CheckpointId checkpoint, Station station)
            throws InterruptedException {
        station.killSource(workload, order.migration());
        try (var saved = station.store().open(checkpoint)) {
            Size size = saved.size();
            return new Report.Stored(
                    station.host().node(),
                    station.now(),
                    order,
                    checkpoint,
                    size.pages(),
                    size.stored(),
                    Duration.ZERO);
        }
    }

    private Report thawed() {
        RuntimeException cause = trouble.get();
        return switch (cause) {
            case StoreFailed store -> failed(aborted ? SaveFailure.ABORTED : reasonOf(store), store.detail());
            case null -> failed(aborted ? SaveFailure.ABORTED : SaveFailure.TOO_LATE, "the dump was given up");
            default -> failed(SaveFailure.DUMP_FAILED, cause.toString());
        };
    }

    /// The dumper may have failed because of what the store did to the sink: the first cause counts.
    private Report refused(DumpOutcome.Failed outcome) {
        if (aborted) {
            return failed(SaveFailure.ABORTED, "taken back while the dump ran");
        }
        if (trouble.get() != null) {
            return thawed();
        }
        if (!station.now().isBefore(order.deadline())) {
            return failed(SaveFailure.TOO_LATE, outcome.reason());
        }
        if (!outcome.alive() && station.workloads().find(order.workload()).isEmpty()) {
            return failed(SaveFailure.WORKLOAD_ENDED, outcome.reason());
        }
        return failed(SaveFailure.DUMP_FAILED, outcome.reason() + ": " + outcome.logTail());
    }

    private Report failed(SaveFailure reason, String detail) {
        boolean alive = station.workloads().find(order.workload()).isPresent();
        return new Report.SaveFailed(order.node(), station.now(), order.id(), reason, detail, alive);
    }

    private static SaveFailure reasonOf(StoreFailed failed) {
        return switch (failed.kind()) {
            case REFUSED, NOT_FOUND -> SaveFailure.STORE_REFUSED;
            case STALLED -> SaveFailure.STORE_STALLED;
        };
    }

    /// What the dumper asks on its way.
    private final class Captured implements Checkpointer.OnCaptured {
        private final Evacuee evacuee;
        private final Capture capture;
        private final AtomicReference<@Nullable Size> committed;
        private final Instant started = station.now();

        Captured(Evacuee evacuee, Capture capture, AtomicReference<@Nullable Size> committed) {
            this.evacuee = evacuee;
            this.capture = capture;
            this.committed = committed;
        }

        @Override
        public void frozen() {
            Instant now = station.now();
            station.report(new Report.Frozen(order.node(), now, order.id()));
            station.report(new Report.Measured(order.node(), now, List.of(overhead(now))));
        }

        /// What comes before the first page: the dumper's start, and the freeze.
        private Observation overhead(Instant now) {
            Footprint footprint = evacuee.workload().footprint();
            long pages = footprint.resident().bytes() / Extent.PAGE_SIZE;
            return new Observation.Overhead(
                    now, Stage.FINAL_DUMP, pages, footprint.tasks(), Duration.between(started, now));
        }

        @Override
        public Verdict captured() throws InterruptedException {
            Size soFar = capture.draft().size();
            station.report(new Report.Captured(order.node(), station.now(), order.id(), soFar.pages()));
            try {
                capture.files();
                committed.set(capture.commit());
                return Verdict.KILL;
            } catch (RuntimeException e) {
                trouble.set(e);
                return Verdict.THAW;
            } finally {
                sent = capture.draft().isSent();
            }
        }
    }
}
