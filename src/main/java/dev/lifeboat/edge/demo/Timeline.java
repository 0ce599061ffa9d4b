package dev.lifeboat.edge.demo;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What became of one workload, as a fold over the journal and the agents' reports; nothing is read from logs.
///
/// @param at when each station was reached; the first time counts
/// @param read pages that left the workload so far
/// @param stored bytes of them in the store so far
/// @param frozen how long it stood still at the source, as the dumper measured it; zero until known
/// @param runsOn where it was restored
/// @param setbacks what failed on the way and was tried again, or was the end of it
/// @param over whether the migration is closed
public record Timeline(
        Map<Step, Instant> at,
        ByteCount read,
        ByteCount stored,
        Duration frozen,
        Optional<NodeName> runsOn,
        List<String> setbacks,
        boolean over) {
    public static final Timeline EMPTY =
            new Timeline(Map.of(), ByteCount.ZERO, ByteCount.ZERO, Duration.ZERO, Optional.empty(), List.of(), false);

    public Timeline {
        at = Map.copyOf(at);
        setbacks = List.copyOf(setbacks);
    }

    /// The latest station that was reached; empty before the notice.
    public Optional<Step> latest() {
        return at.keySet().stream().max(Step::compareTo);
    }

    public Optional<Instant> when(Step step) {
        return Optional.ofNullable(at.get(step));
    }

    /// From one station to another; empty until both were reached.
    public Optional<Duration> between(Step from, Step to) {
        return when(from).flatMap(start -> when(to).map(end -> Duration.between(start, end)));
    }

    /// Bytes read for each byte stored; 0 before anything was.
    public double ratio() {
        return stored.bytes() == 0 ? 0 : (double) read.bytes() / stored.bytes();
    }

    Timeline reached(Step step, Instant when) {
        if (at.containsKey(step)) {
            return this;
        }
        var more = new EnumMap<Step, Instant>(Step.class);
        more.putAll(at);
        more.put(step, when);
        return new Timeline(more, read, stored, frozen, runsOn, setbacks, over);
    }

    Timeline with(JournalEvent event) {
        return switch (event) {
            case JournalEvent.NoticeAccepted accepted ->
                reached(Step.OBSERVED, accepted.notice().receivedAt());
            case JournalEvent.NoticeSetAside aside -> setback("notice set aside: " + aside.reason());
            case MigrationEvent.SaveOrdered ordered -> reached(Step.ORDERED, ordered.at());
            case JournalEvent.PlanDrawn _,
                    JournalEvent.DecisionExplained _,
                    MigrationEvent.WorkloadFrozen _,
                    MigrationEvent.PagesCaptured _,
                    MigrationEvent.CheckpointStored _,
                    MigrationEvent.BackgroundNoted _,
                    MigrationEvent.DeadlineMoved _,
                    MigrationEvent.MigrationBegun _,
                    MigrationEvent.Replanned _,
                    MigrationEvent.StreamingBegun _,
                    MigrationEvent.SourceReleased _ -> this;
            case MigrationEvent.SaveFailed failed ->
                setback("save failed: " + failed.reason() + ", " + failed.detail());
            case MigrationEvent.SaveRetried retried -> setback("save tried again, no. " + retried.save());
            case MigrationEvent.SaveRecalled recalled -> setback("save recalled: " + recalled.why());
            case MigrationEvent.RestorePlaced placed -> reached(Step.PLACED, placed.at());
            case MigrationEvent.NoDestinationFound none ->
                setback("nowhere to go yet: " + none.refusals().outlook());
            case MigrationEvent.RestoreFailed failed ->
                setback("restore failed on " + failed.target() + ": " + failed.reason() + ", " + failed.detail());
            case MigrationEvent.WorkloadKept kept -> setback("runs on with its background checkpoint: " + kept.why());
            case MigrationEvent.BackgroundChosen chosen ->
                setback("goes back to its background checkpoint: %d s of work are lost"
                        .formatted(chosen.lost().toSeconds()));
            case MigrationEvent.NodeLost _ -> setback("the node fell silent");
            case MigrationEvent.WorkloadLetGo let ->
                setback("let go: " + let.reason()).closed();
            case MigrationEvent.WorkloadLost lost ->
                setback("lost: " + lost.reason()).closed();
            case MigrationEvent.CheckpointStranded stranded ->
                setback("stranded in the store: " + stranded.reason()).closed();
            case MigrationEvent.WorkloadResumed resumed ->
                resumedOn(resumed.node()).closed();
        };
    }

    Timeline with(Report report) {
        return switch (report) {
            case Report.Heartbeat _,
                    Report.Echoed _,
                    Report.Measured _,
                    Report.ActedAlone _,
                    Report.SaveStarted _,
                    Report.SaveFailed _,
                    Report.RestoreFailed _,
                    Report.Released _ -> this;
            case Report.SaveProgress progress -> carried(progress.read(), progress.stored());
            case Report.Frozen standing -> reached(Step.FROZEN, standing.at());
            case Report.Captured captured -> reached(Step.CAPTURED, captured.at());
            case Report.Stored done ->
                carried(done.pages(), done.stored()).frozenFor(done.frozen()).reached(Step.DURABLE, done.at());
            case Report.Resumed resumed -> reached(Step.RESTORED, resumed.at());
        };
    }

    private Timeline carried(ByteCount nowRead, ByteCount nowStored) {
        return new Timeline(at, nowRead, nowStored, frozen, runsOn, setbacks, over);
    }

    private Timeline frozenFor(Duration measured) {
        return new Timeline(at, read, stored, measured, runsOn, setbacks, over);
    }

    private Timeline resumedOn(NodeName node) {
        return new Timeline(at, read, stored, frozen, Optional.of(node), setbacks, over);
    }

    private Timeline setback(String what) {
        var more = new ArrayList<>(setbacks);
        more.add(what);
        return new Timeline(at, read, stored, frozen, runsOn, more, over);
    }

    private Timeline closed() {
        return new Timeline(at, read, stored, frozen, runsOn, setbacks, true);
    }
}
