package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Migration.AtRisk;
import dev.lifeboat.migration.Migration.Recalled;
import dev.lifeboat.migration.Migration.Saving;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationEvent.MigrationBegun;
import dev.lifeboat.migration.MigrationEvent.Replanned;
import dev.lifeboat.migration.MigrationEvent.SaveRecalled;
import dev.lifeboat.migration.MigrationEvent.WorkloadLetGo;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.migration.Subject;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.orchestrator.Planner.Aboard;
import dev.lifeboat.orchestrator.Planner.Choice;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Draws the plans of doomed nodes and says what of them is new: migrations that begin, and migrations that are treated
/// otherwise than they were.
final class Plans {
    /// Maintenance is announced days ahead. Nothing is moved before an autoscaler's or a spot market's longest notice
    /// would have come: until then the workload earns its keep, and another notice may change the date.
    private static final Duration LEAD = Duration.ofMinutes(15);

    /// A heartbeat may still name a workload that has just left; one heard this much later means that it is back.
    private static final Duration STALE = Duration.ofSeconds(30);

    /// A plan is drawn again this long after the last time; somewhat less than the pace of the ticks, which jitter.
    private static final Duration PAUSE = Duration.ofMillis(200);

    /// Drawing a node of 110 workloads takes some milliseconds; beyond as many nodes per tick they take turns, the
    /// longest undrawn first. A node without a workload at risk takes none.
    private static final int MOST_PER_TICK = 16;

    private final Limits limits;
    private final Planner planner;

    /// The longest undrawn first.
    private final Map<NodeName, Instant> drawnAt = new LinkedHashMap<>();

    private final Map<MigrationId, Flow> flows = new HashMap<>();

    /// The last heartbeat of a node of which everything was found to be on its way.
    private final Map<NodeName, View.Seen> covered = new HashMap<>();

    Plans(Limits limits, Planner planner) {
        this.limits = limits;
        this.planner = planner;
    }

    void heard(Report.SaveProgress report) {
        flows.put(report.migration(), Flow.after(flows.get(report.migration()), report));
    }

    /// Draws what is due by the time: plans with saves waiting or under way, and nodes with newcomers.
    List<JournalEvent> tick(Evacuations state, View view, Instant now) {
        drawnAt.keySet().removeIf(node -> state.reclaim(node) == null);
        covered.keySet().removeIf(node -> state.reclaim(node) == null);
        flows.keySet().removeIf(id -> !(state.migration(id) instanceof Saving));
        var events = new ArrayList<JournalEvent>();
        var due = new LinkedHashSet<Reclaim>();
        var undrawn = new ArrayList<Reclaim>();
        for (Reclaim reclaim : state.reclaims()) {
            if (isGone(reclaim, view, now)) {
                events.addAll(seek(reclaim, state, view, now));
            } else if (isOpen(reclaim, now)) {
                if (hasNewcomers(reclaim, state, view)) {
                    due.add(reclaim);
                } else if (!drawnAt.containsKey(reclaim.node()) && isAtRisk(reclaim.node(), state)) {
                    undrawn.add(reclaim);
                }
            }
        }
        Stream.concat(undrawn.stream(), rested(state, now))
                .limit(Math.max(0, MOST_PER_TICK - due.size()))
                .forEach(due::add);
        due.forEach(reclaim -> events.addAll(draw(reclaim, state, view, now)));
        return events;
    }

    private boolean hasNewcomers(Reclaim reclaim, Evacuations state, View view) {
        View.Seen seen = view.nodes().get(reclaim.node());
        if (seen == null || seen.equals(covered.get(reclaim.node()))) {
            return false;
        }
        boolean has = !fresh(reclaim, state, view).isEmpty();
        if (!has) {
            covered.put(reclaim.node(), seen);
        }
        return has;
    }

    private Stream<Reclaim> rested(Evacuations state, Instant now) {
        return drawnAt.entrySet().stream()
                .takeWhile(drawn -> !drawn.getValue().plus(PAUSE).isAfter(now))
                .map(drawn -> Objects.requireNonNull(state.reclaim(drawn.getKey())))
                .filter(reclaim -> isOpen(reclaim, now) && isAtRisk(reclaim.node(), state));
    }

    private static boolean isAtRisk(NodeName node, Evacuations state) {
        return state.of(node).stream().anyMatch(AtRisk.class::isInstance);
    }

    /// The plan of one node, as far as it is new.
    List<JournalEvent> draw(Reclaim reclaim, Evacuations state, View view, Instant now) {
        if (!isOpen(reclaim, now)) {
            return List.of();
        }
        List<Aboard> aboard = aboard(reclaim, state, view);
        if (aboard.isEmpty()) {
            return List.of();
        }
        drawnAt.remove(reclaim.node());
        drawnAt.put(reclaim.node(), now);
        var drawn = planner.draw(new Planner.Occasion(reclaim, aboard, state, view, now));
        List<MigrationEvent> changes = changes(reclaim, aboard, drawn.choices(), state, view, now);
        var events = new ArrayList<JournalEvent>();
        if (!changes.isEmpty()) {
            events.addAll(drawn.evidence());
            events.addAll(changes);
        }
        return events;
    }

    /// Whether the node went before anybody here could act. Its agent may have acted alone.
    private boolean isGone(Reclaim reclaim, View view, Instant now) {
        return reclaim.mustLeave()
                && !Doom.open(reclaim, now)
                && !reclaim.over(now)
                && view.silent(reclaim.node(), now, limits.silentAfter());
    }

    /// What a workload of the node needs elsewhere; null when no heartbeat has named it.
    @Nullable
    Needs needs(WorkloadId id, NodeName home, View view) {
        return view.workloads(home).stream()
                .filter(workload -> workload.id().equals(id))
                .findFirst()
                .map(workload -> planner.needs(workload, home, view))
                .orElse(null);
    }

    /// What ran there is sought in the store, and else said to be lost; of a node that was not heard of since this
    /// process began, what it would have saved alone.
    private List<MigrationEvent> seek(Reclaim reclaim, Evacuations state, View view, Instant now) {
        var events = new ArrayList<MigrationEvent>();
        for (Workload workload : fresh(reclaim, state, view)) {
            var choice = new Choice.Save(workload.id(), Planned.turn(1), "");
            events.addAll(begun(reclaim, choice, planner.needs(workload, reclaim.node(), view), state, now));
        }
        Set<WorkloadId> known = covered(reclaim, state, view);
        for (StandingOrders.Entry entry : view.remembered(reclaim.node())) {
            if (!known.contains(entry.workload())) {
                var choice = new Choice.Save(entry.workload(), Planned.turn(1), "");
                events.addAll(begun(reclaim, choice, entry.needs(), state, now));
            }
        }
        return events;
    }

    private static boolean isOpen(Reclaim reclaim, Instant now) {
        return Doom.open(reclaim, now)
                && reclaim.closesAt()
                        .map(closesAt -> !closesAt.isAfter(now.plus(LEAD)))
                        .orElse(false);
    }

    /// Known ones in the order of their ranks, those without a turn after them, newcomers last. A workload that the
    /// heartbeats do not name is left as it is.
    private List<Aboard> aboard(Reclaim reclaim, Evacuations state, View view) {
        Map<WorkloadId, Workload> running = view.workloads(reclaim.node()).stream()
                .collect(Collectors.toMap(Workload::id, Function.identity(), (one, _) -> one, HashMap::new));
        var aboard = new ArrayList<Aboard>();
        state.of(reclaim.node()).stream()
                .filter(migration -> migration instanceof AtRisk
                        && !(migration instanceof Recalled || migration instanceof Migration.Kept))
                .map(AtRisk.class::cast)
                .sorted(Comparator.comparing((AtRisk one) -> !(one instanceof Saving))
                        .thenComparing(one -> !one.subject().planned().hasTurn())
                        .thenComparingInt(one -> one.subject().planned().rank()))
                .forEach(one -> {
                    // Where the same one is at risk twice, once by an agent's own doing, the save under way counts.
                    Workload workload = running.remove(one.subject().workload());
                    if (workload != null) {
                        aboard.add(new Aboard(workload, one, flows.get(one.id())));
                    }
                });
        fresh(reclaim, state, view).forEach(workload -> aboard.add(new Aboard(workload, null, null)));
        return aboard;
    }

    /// What runs on the doomed node and is not on its way yet.
    private static List<Workload> fresh(Reclaim reclaim, Evacuations state, View view) {
        Set<WorkloadId> covered = covered(reclaim, state, view);
        var fresh = new ArrayList<Workload>();
        for (Workload workload : view.workloads(reclaim.node())) {
            if (!covered.contains(workload.id())) {
                fresh.add(workload);
            }
        }
        return fresh;
    }

    private static Set<WorkloadId> covered(Reclaim reclaim, Evacuations state, View view) {
        Instant heardAt = view.heardAt(reclaim.node());
        var covered = new HashSet<WorkloadId>();
        for (Migration migration : state.of(reclaim.node())) {
            boolean counts = migration instanceof Migration.Resumed || !state.isPast(migration.id());
            if (counts && covers(migration, heardAt)) {
                covered.add(migration.subject().workload());
            }
        }
        return covered;
    }

    private static boolean covers(Migration migration, Instant heardAt) {
        return switch (migration) {
            // Where it went back to its own home, nothing has left.
            case Migration.Resumed resumed ->
                !resumed.node().equals(resumed.subject().home())
                        && !heardAt.isAfter(resumed.at().plus(STALE));
            case Migration.LetGone gone ->
                gone.reason() != LetGoReason.WITHDRAWN && gone.reason() != LetGoReason.SAVED_ALONE;
            case AtRisk _, Migration.Adrift _, Migration.Safe _ -> true;
            case Migration.Lost _, Migration.Stranded _ -> true;
        };
    }

    private List<MigrationEvent> changes(
            Reclaim reclaim, List<Aboard> aboard, List<Choice> choices, Evacuations state, View view, Instant now) {
        Map<WorkloadId, Aboard> known =
                aboard.stream().collect(Collectors.toMap(one -> one.workload().id(), Function.identity()));
        boolean reordered = isReordered(choices, known);
        var events = new ArrayList<MigrationEvent>();
        for (Choice choice : choices) {
            Aboard one = known.get(choice.workload());
            if (one == null) {
                throw new IllegalStateException("planned, but not aboard: " + choice);
            }
            AtRisk migration = one.migration();
            if (migration == null) {
                Needs needs = planner.needs(one.workload(), reclaim.node(), view);
                events.addAll(begun(reclaim, choice, needs, state, now));
            } else {
                MigrationEvent change = change(migration, choice, reordered, now);
                if (change != null) {
                    events.add(change);
                }
            }
        }
        return events;
    }

    private static List<MigrationEvent> begun(
            Reclaim reclaim, Choice choice, @Nullable Needs needs, Evacuations state, Instant now) {
        MigrationId id = state.next(reclaim, choice.workload());
        Planned planned = choice instanceof Choice.Save save ? save.planned() : Planned.NOTHING;
        Instant closesAt = reclaim.closesAt().orElse(now);
        var begun = new MigrationBegun(
                new Subject(id, reclaim.node(), choice.workload(), reclaim.id(), closesAt, planned, needs), now);
        return choice instanceof Choice.LetGo letGo
                ? List.of(begun, new WorkloadLetGo(id, now, letGo.reason()))
                : List.of(begun);
    }

    private static @Nullable MigrationEvent change(AtRisk migration, Choice choice, boolean reordered, Instant now) {
        return switch (choice) {
            case Choice.Save save -> {
                Planned before = migration.subject().planned();
                boolean same = save.planned().asks(before)
                        && (!reordered || save.planned().rank() == before.rank());
                yield same ? null : new Replanned(migration.id(), now, save.planned(), save.because());
            }
            case Choice.Drop _ ->
                migration instanceof Saving ? new SaveRecalled(migration.id(), now, LetGoReason.OUTRANKED) : null;
            case Choice.Tell _ ->
                migration instanceof Saving || migration instanceof Migration.Waiting
                        ? new SaveRecalled(migration.id(), now, LetGoReason.TOLD_TO_END)
                        : null;
            case Choice.LetGo letGo ->
                migration instanceof Saving ? null : new WorkloadLetGo(migration.id(), now, letGo.reason());
        };
    }

    /// Whether the turns come in another order, or other ones come. Ranks alone say nothing: they close up as saves
    /// end.
    private static boolean isReordered(List<Choice> choices, Map<WorkloadId, Aboard> known) {
        List<WorkloadId> after = choices.stream()
                .filter(choice ->
                        choice instanceof Choice.Save save && save.planned().hasTurn())
                .sorted(Comparator.comparingInt(
                        choice -> ((Choice.Save) choice).planned().rank()))
                .map(Choice::workload)
                .toList();
        List<WorkloadId> before = known.values().stream()
                .filter(one -> one.migration() != null
                        && one.migration().subject().planned().hasTurn())
                .sorted(Comparator.comparingInt(Plans::rank))
                .map(one -> one.workload().id())
                .toList();
        return !after.equals(before);
    }

    private static int rank(Aboard one) {
        return one.migration() == null ? 0 : one.migration().subject().planned().rank();
    }
}
