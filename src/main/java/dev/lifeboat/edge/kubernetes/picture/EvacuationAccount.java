package dev.lifeboat.edge.kubernetes.picture;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.edge.kubernetes.picture.Drawing.Stated;
import dev.lifeboat.edge.kubernetes.resource.Checkpoint;
import dev.lifeboat.edge.kubernetes.resource.Condition;
import dev.lifeboat.edge.kubernetes.resource.Condition.Standing;
import dev.lifeboat.edge.kubernetes.resource.Evacuation;
import dev.lifeboat.edge.kubernetes.resource.Evacuation.Reason;
import dev.lifeboat.migration.IllegalMove;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationEvent.MigrationBegun;
import dev.lifeboat.migration.Subject;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the journal says of one migration, in the shape of an Evacuation and, once it has one, of its Checkpoint.
final class EvacuationAccount {
    /// A person has to restore it, and may be on holiday.
    private static final Duration STRANDED_KEPT = Duration.ofDays(30);

    private static final int WHOLE = 100;

    private final Trigger trigger;
    private Migration migration;
    private Stated stored;
    private Stated ready;
    private Instant movedAt;
    private Instant lookedAt;
    private @Nullable Instant settledAt;
    private ByteCount sent = ByteCount.ZERO;
    private MigrationEvent.@Nullable CheckpointStored checkpoint;
    private @Nullable Stated claimed;
    private MigrationEvent.@Nullable BackgroundChosen background;

    EvacuationAccount(MigrationBegun begun, Trigger trigger) {
        this.trigger = trigger;
        migration = Migration.begin(begun);
        movedAt = begun.at();
        lookedAt = begun.at();
        stored = new Stated(
                new Condition(
                        Evacuation.Type.Stored, Standing.False, Reason.Saving, "waits for its turn on the node's link"),
                begun.at());
        ready = new Stated(
                new Condition(
                        Evacuation.Type.Ready, Standing.False, Reason.Saving, "runs on at home until it is saved"),
                begun.at());
    }

    Subject subject() {
        return migration.subject();
    }

    Migration migration() {
        return migration;
    }

    Name name() {
        return new Name(
                Name.Kind.Evacuation,
                subject().workload().namespace(),
                migration.id().value());
    }

    /// Null as long as there is none.
    @Nullable
    Name checkpointName() {
        return checkpoint == null
                ? null
                : new Name(
                        Name.Kind.Checkpoint,
                        subject().workload().namespace(),
                        checkpoint.checkpoint().value());
    }

    boolean closed() {
        return migration instanceof Migration.Closed;
    }

    /// Whether time is running out for it.
    boolean pressed() {
        return migration instanceof Migration.AtRisk;
    }

    /// When it may be forgotten; the end of time while it is open.
    Instant until(Duration keep) {
        if (!closed()) {
            return Instant.MAX;
        }
        boolean longer = migration instanceof Migration.Stranded && keep.compareTo(STRANDED_KEPT) < 0;
        return movedAt.plus(longer ? STRANDED_KEPT : keep);
    }

    /// The time that is left is told as of `now`.
    void look(Instant now) {
        if (pressed() && now.isAfter(lookedAt)) {
            lookedAt = now;
        }
    }

    void progressed(ByteCount stored) {
        sent = stored;
    }

    /// What does not fit has been told before: a term of ours may end with the last of its decisions untold.
    void replay(MigrationEvent event) {
        try {
            migration = migration.replay(event);
        } catch (IllegalMove _) {
            return;
        }
        movedAt = event.at();
        if (settledAt == null) {
            look(event.at());
        }
        if (!pressed() && settledAt == null) {
            settledAt = event.at();
        }
        tell(event);
    }

    private void tell(MigrationEvent event) {
        switch (event) {
            case MigrationEvent.SaveOrdered _ -> saving("its node's agent is told to save it");
            case MigrationEvent.StreamingBegun _ -> saving("its memory is on its way to the store");
            case MigrationEvent.WorkloadFrozen _ -> saving("stands still for its dump");
            case MigrationEvent.PagesCaptured _ -> saving("stands still until the store has all of it");
            case MigrationEvent.SaveRetried retried -> saving("waits for its turn again, save " + retried.save());
            case MigrationEvent.SaveRecalled recalled -> saving("the save is taken back: " + Words.of(recalled.why()));
            case MigrationEvent.SaveFailed failed -> {
                sent = ByteCount.ZERO;
                tell(
                        Evacuation.Type.Stored,
                        Standing.False,
                        Reason.SaveFailed,
                        failed.reason() + ": " + failed.detail(),
                        event);
            }
            case MigrationEvent.CheckpointStored durable -> stored(durable);
            case MigrationEvent.WorkloadKept kept -> {
                String words = Words.of(kept.why()) + "; its background checkpoint is kept";
                tell(Evacuation.Type.Stored, Standing.False, Reason.Kept, words, event);
                ready(Reason.Kept, words, event);
            }
            case MigrationEvent.BackgroundChosen chosen -> chosen(chosen);
            case MigrationEvent.NodeLost _ ->
                ready(Reason.Sought, "its node is gone without a word; survivors look whether the store has it", event);
            case MigrationEvent.RestorePlaced placed -> placed(placed);
            case MigrationEvent.NoDestinationFound none ->
                ready(Reason.NoDestination, none.refusals().inAll() + " nodes refused; see lifeboat explain", event);
            case MigrationEvent.RestoreFailed failed ->
                ready(
                        Reason.RestoreFailed,
                        "restore %d on %s: %s: %s"
                                .formatted(failed.attempt(), failed.target(), failed.reason(), failed.detail()),
                        event);
            case MigrationEvent.WorkloadResumed resumed -> resumed(resumed);
            case MigrationEvent.WorkloadLetGo let -> {
                tell(Evacuation.Type.Stored, Standing.False, Reason.LetGo, Words.of(let.reason()), event);
                ready(Reason.LetGo, Words.of(let.reason()), event);
            }
            case MigrationEvent.WorkloadLost lost -> {
                tell(Evacuation.Type.Stored, Standing.False, Reason.Lost, Words.of(lost.reason()), event);
                ready(Reason.Lost, Words.of(lost.reason()), event);
            }
            case MigrationEvent.CheckpointStranded stranded ->
                ready(Reason.Stranded, Words.of(stranded.reason()), event);
            case MigrationBegun _,
                    MigrationEvent.BackgroundNoted _,
                    MigrationEvent.DeadlineMoved _,
                    MigrationEvent.Replanned _,
                    MigrationEvent.SourceReleased _ -> {}
        }
    }

    private void saving(String message) {
        tell(Evacuation.Type.Stored, Standing.False, Reason.Saving, message, null);
    }

    private void stored(MigrationEvent.CheckpointStored durable) {
        checkpoint = durable;
        claimed = new Stated(
                new Condition(Checkpoint.Type.Restorable, Standing.True, Checkpoint.Reason.Unclaimed, ""),
                durable.at());
        tell(Evacuation.Type.Stored, Standing.True, Reason.ManifestWritten, durable.pages() + " of pages", durable);
        ready(Reason.ManifestWritten, "a node is being looked for", durable);
    }

    private void chosen(MigrationEvent.BackgroundChosen chosen) {
        background = chosen;
        String words = Words.of(chosen.lost()) + " of work are lost: it goes back to " + chosen.checkpoint();
        tell(Evacuation.Type.Stored, Standing.False, Reason.BackgroundChosen, words, chosen);
        ready(Reason.BackgroundChosen, words, chosen);
    }

    private void placed(MigrationEvent.RestorePlaced placed) {
        ready(Reason.Restoring, "restore %d, on %s".formatted(placed.attempt(), placed.target()), placed);
    }

    private void resumed(MigrationEvent.WorkloadResumed resumed) {
        // A survivor may have found what nobody was told of.
        tell(
                Evacuation.Type.Stored,
                Standing.True,
                Reason.ManifestWritten,
                stored.condition().message(),
                resumed);
        String where = resumed.hasEnded()
                ? "was restored on " + resumed.node() + " and has ended there by itself"
                : "runs on " + resumed.node();
        tell(Evacuation.Type.Ready, Standing.True, Reason.Resumed, where, resumed);
        if (claimed != null) {
            claimed = claimed.then(
                    new Condition(
                            Checkpoint.Type.Restorable,
                            Standing.False,
                            Checkpoint.Reason.Claimed,
                            "by " + resumed.node()),
                    resumed.at());
        }
    }

    private void ready(Reason reason, String message, MigrationEvent event) {
        tell(Evacuation.Type.Ready, Standing.False, reason, message, event);
    }

    private void tell(
            Evacuation.Type type, Standing status, Reason reason, String message, @Nullable MigrationEvent event) {
        Instant at = event == null ? movedAt : event.at();
        var condition = new Condition(type, status, reason, Words.cut(message));
        switch (type) {
            case Stored -> stored = stored.then(condition, at);
            case Ready -> ready = ready.then(condition, at);
        }
    }

    Drawing draw() {
        var spec = Drawing.node();
        Drawing.put(spec, "workload", subject().workload());
        Drawing.put(spec, "trigger", trigger);
        Drawing.put(spec, "from", subject().home());
        var status = Drawing.node();
        Drawing.put(status, "state", state());
        Drawing.put(status, "rung", rung());
        Drawing.put(status, "left", left());
        Drawing.put(status, "done", done());
        Drawing.put(status, "to", target().orElse(null));
        Drawing.put(status, "lost", background == null ? null : Words.of(background.lost()));
        Drawing.put(status, "checkpoint", restoredFrom().orElse(null));
        return new Drawing(name(), subject().home(), spec, status, List.of(stored, ready));
    }

    Optional<Drawing> drawCheckpoint() {
        Name name = checkpointName();
        if (name == null || checkpoint == null || claimed == null) {
            return Optional.empty();
        }
        var spec = Drawing.node();
        Drawing.put(spec, "workload", subject().workload());
        Drawing.put(spec, "id", checkpoint.checkpoint());
        Drawing.put(spec, "node", subject().home());
        Drawing.put(spec, "storedAt", checkpoint.at());
        var status = Drawing.node();
        Drawing.put(status, "pages", checkpoint.pages());
        Drawing.put(status, "stored", checkpoint.stored());
        Drawing.put(status, "frozen", checkpoint.frozen());
        return Optional.of(new Drawing(name, subject().home(), spec, status, List.of(claimed)));
    }

    private Evacuation.State state() {
        return Evacuation.State.valueOf(migration.getClass().getSimpleName());
    }

    private @Nullable String rung() {
        String rung = subject().planned().rung();
        return rung.isEmpty() ? null : rung;
    }

    /// Of the window: while the memory is at risk as of when we last looked, then what had been left.
    private String left() {
        Instant as = settledAt == null ? lookedAt : settledAt;
        return Words.of(Duration.between(as, subject().deadline()));
    }

    /// A forecast that was too small is no reason to say that all is there.
    private int done() {
        if (checkpoint != null || migration instanceof Migration.Resumed) {
            return WHOLE;
        }
        long expected = subject().planned().stake().wire().bytes();
        return expected == 0 ? 0 : (int) Math.min(WHOLE - 1, sent.bytes() * WHOLE / expected);
    }

    private Optional<NodeName> target() {
        return switch (migration) {
            case Migration.Restoring restoring -> Optional.of(restoring.target());
            case Migration.Sought sought -> Optional.of(sought.target());
            case Migration.Resumed resumed -> Optional.of(resumed.node());
            case Migration.AtRisk _,
                    Migration.Missing _,
                    Migration.Stored _,
                    Migration.LetGone _,
                    Migration.Lost _,
                    Migration.Stranded _ -> Optional.empty();
        };
    }

    private Optional<CheckpointId> restoredFrom() {
        return switch (migration) {
            case Migration.Safe safe -> Optional.of(safe.checkpoint());
            case Migration.Stranded stranded -> Optional.of(stranded.checkpoint());
            case Migration.Sought sought -> Optional.of(migration.id().checkpoint(sought.save()));
            case Migration.Resumed _ ->
                Optional.ofNullable(checkpoint)
                        .map(MigrationEvent.CheckpointStored::checkpoint)
                        .or(() -> Optional.ofNullable(background).map(MigrationEvent.BackgroundChosen::checkpoint));
            case Migration.AtRisk _, Migration.Missing _, Migration.LetGone _, Migration.Lost _ -> Optional.empty();
        };
    }
}
