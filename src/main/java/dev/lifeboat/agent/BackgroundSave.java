package dev.lifeboat.agent;

import dev.lifeboat.agent.Background.Attempt;
import dev.lifeboat.agent.Background.Result;
import dev.lifeboat.agent.CheckpointStore.Draft;
import dev.lifeboat.agent.CheckpointStore.Size;
import dev.lifeboat.agent.Checkpointer.DumpOutcome;
import dev.lifeboat.checkpoint.BackgroundCheckpoint;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.BackgroundName;
import dev.lifeboat.migration.StandingOrders.Keeping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One complete checkpoint of a workload that runs on: it stands still until its pages are in the
/// agent's memory, and no longer. Never retried; the next one is taken in its time.
final class BackgroundSave {
    /// The dumper's own start, before anything stands still.
    private static final Duration STARTING = Duration.ofSeconds(5);

    private final Evacuee evacuee;
    private final Keeping keeping;
    private final Station station;
    private final Gauge gauge;
    private final Duration began;
    private final AtomicReference<@Nullable Draft> writing = new AtomicReference<>();
    private volatile boolean aborted;
    private volatile @Nullable Duration frozenAt;
    private @Nullable BackgroundCheckpoint taken;

    BackgroundSave(Evacuee evacuee, Keeping keeping, Station station, Gauge gauge) {
        this.evacuee = evacuee;
        this.keeping = keeping;
        this.station = station;
        this.gauge = gauge;
        this.began = gauge.elapsed();
    }

    Evacuee evacuee() {
        return evacuee;
    }

    /// How many of its kind are kept.
    int last() {
        return keeping.last();
    }

    /// Stops it if it is not complete; from any thread, and more than once. Its workload goes on.
    void abort() {
        aborted = true;
        Draft draft = writing.get();
        if (draft != null) {
            draft.abort();
        }
    }

    /// What it came to, with its age at the end; null when it did not.
    @Nullable
    BackgroundCheckpoint taken() {
        return taken;
    }

    Attempt run() throws InterruptedException {
        CheckpointId id = BackgroundName.of(
                        evacuee.workload().id(), station.host().node())
                .taken(station.now());
        Path metadata = station.scratch(id.value());
        try (var capture = new Capture(station, evacuee, id, metadata)) {
            writing.set(capture.draft());
            return aborted ? ended(Result.CUT_OFF, Duration.ZERO, "") : dump(id, capture);
        } catch (StoreFailed e) {
            return ended(aborted ? Result.CUT_OFF : Result.STORE_FAILED, Duration.ZERO, e.detail());
        } finally {
            writing.set(null);
            station.forget(id.value());
        }
    }

    private Attempt dump(CheckpointId id, Capture capture) throws InterruptedException {
        var captured = new Captured(capture);
        DumpOutcome outcome = capture.dump(keeping.how().maxFreeze().plus(STARTING), captured);
        return switch (outcome) {
            case DumpOutcome.Thawed thawed -> thawed(id, capture, captured, thawed.frozen());
            case DumpOutcome.Failed failed ->
                ended(
                        aborted ? Result.CUT_OFF : captured.failure(),
                        Duration.ZERO,
                        failed.reason() + ": " + failed.logTail());
            case DumpOutcome.Killed _ -> throw new IllegalStateException(id + ": nobody asked for its source's death");
        };
    }

    private Attempt thawed(CheckpointId id, Capture capture, Captured captured, Duration frozen)
            throws InterruptedException {
        if (!captured.whole) {
            return ended(aborted ? Result.CUT_OFF : captured.failure(), frozen, captured.why);
        }
        Size size = capture.commit();
        Duration at = frozenAt;
        Duration ago = at == null ? Duration.ZERO : gauge.elapsed().minus(at);
        taken = new BackgroundCheckpoint(evacuee.workload().id(), id, ago, frozen, size.stored());
        return ended(Result.COMPLETE, frozen, "");
    }

    private Attempt ended(Result result, Duration frozen, String detail) {
        return new Attempt(evacuee.workload(), result, frozen, gauge.elapsed().minus(began), detail);
    }

    /// The workload goes on whatever happens here: until the answer it stands still, and what is not
    /// in memory by then is not in the checkpoint.
    private final class Captured implements Checkpointer.OnCaptured {
        private final Capture capture;
        private volatile boolean whole;
        private volatile String why = "the dump was given up";

        Captured(Capture capture) {
            this.capture = capture;
        }

        @Override
        public void frozen() {
            frozenAt = gauge.elapsed();
        }

        @Override
        public Checkpointer.Verdict captured() throws InterruptedException {
            try {
                capture.files();
                whole = !isTooLong();
            } catch (RuntimeException e) {
                why = e.toString();
            }
            return Checkpointer.Verdict.THAW;
        }

        Result failure() {
            return isTooLong() ? Result.FROZEN_TOO_LONG : Result.DUMP_FAILED;
        }

        private boolean isTooLong() {
            Duration at = frozenAt;
            return at != null
                    && gauge.elapsed().minus(at).compareTo(keeping.how().maxFreeze()) > 0;
        }
    }
}
