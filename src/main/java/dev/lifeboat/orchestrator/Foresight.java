package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.migration.StandingOrders.Rhythm;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Says which nodes are to be given standing orders now: how they are copied ahead, and what would be done
/// with them if a notice came.
///
/// Soft state, like the reminders: it follows from who runs where, and after a restart everything is said again.
final class Foresight {
    /// The notice that is supposed: what most clouds give. How much fits is decided by the agent's real deadline.
    private static final Duration WINDOW = Duration.ofMinutes(2);

    /// Somewhat less than a calm tick's pace, which jitters: what presses must not wait for what only might come.
    private static final Duration PACE = Duration.ofMillis(900);

    /// Plans a second, so that a thousand new nodes do not hold up a notice.
    private static final int MOST_AT_ONCE = 32;

    /// Estimates change with every save; a plan that has not been looked at for this long is drawn again.
    private static final Duration REVIEW = Duration.ofMinutes(1);

    private final Limits limits;
    private final Planner planner;
    private final Predicate<NodeName> ours;
    private final Map<NodeName, Given> given = new HashMap<>();

    /// Of the newest orders of each node that has some, by whomever they were given.
    private final Map<NodeName, Long> versions = new HashMap<>();

    private Instant lookedAt = Instant.MIN;
    private Map<WorkloadId, Rhythm> rhythms = Map.of();

    /// @param runs who ran there when the plan was drawn
    /// @param seen the heartbeat that said so last
    private record Given(
            View.Seen seen, List<WorkloadId> runs, Instant reviewedAt, Instant saidAt, StandingOrders orders) {
        /// Of another heartbeat that says the same.
        Given after(View.Seen next) {
            return new Given(next, runs, reviewedAt, saidAt, orders);
        }
    }

    Foresight(Limits limits, Planner planner, Predicate<NodeName> ours) {
        this.limits = limits;
        this.planner = planner;
        this.ours = ours;
    }

    /// At most [#MOST_AT_ONCE] are looked at; the others' turn comes a second later.
    List<StandingOrders> due(Evacuations state, View view, Instant now) {
        if (now.isBefore(lookedAt.plus(PACE))) {
            return List.of();
        }
        lookedAt = now;
        List<StandingOrders> due = dismissed(view);
        boolean moved = !rhythms.equals(view.outlook().rhythms());
        rhythms = view.outlook().rhythms();
        view.nodes().values().stream()
                .filter(seen -> stale(seen, now) || (moved && isOutOfStep(seen, view)))
                .filter(seen -> ours.test(seen.heartbeat().node()))
                .filter(seen -> !view.silent(seen.heartbeat().node(), now, limits.silentAfter()))
                .filter(seen -> calm(state.reclaim(seen.heartbeat().node()), now) || isUntold(seen))
                .limit(MOST_AT_ONCE)
                .forEach(seen -> review(seen, state, view, now, due));
        return due;
    }

    /// A node that is none any more is to do nothing: whoever reads its orders later must not seek what it ran.
    private List<StandingOrders> dismissed(View view) {
        view.remembered().forEach((node, known) -> {
            if (ours.test(node)) {
                versions.putIfAbsent(node, known.orders().version());
            }
        });
        List<StandingOrders> due = versions.entrySet().stream()
                .filter(each -> !view.knows(each.getKey()))
                .map(each -> new StandingOrders(each.getKey(), each.getValue() + 1, List.of(), null, null, null))
                .collect(Collectors.toCollection(ArrayList::new));
        due.forEach(orders -> {
            versions.remove(orders.node());
            given.remove(orders.node());
        });
        return due;
    }

    private boolean stale(View.Seen seen, Instant now) {
        NodeName node = seen.heartbeat().node();
        Given last = given.get(node);
        if (last == null || last.reviewedAt().plus(REVIEW).isBefore(now)) {
            return true;
        }
        if (!last.seen().equals(seen)) {
            if (!last.runs().equals(runs(seen))) {
                return true;
            }
            given.put(node, last.after(seen));
        }
        return false;
    }

    /// What leaves a doomed node is ordered to; how it is to be saved only these orders say.
    private boolean isUntold(View.Seen seen) {
        Given last = given.get(seen.heartbeat().node());
        return last == null || !last.runs().containsAll(runs(seen));
    }

    private boolean isOutOfStep(View.Seen seen, View view) {
        Given last = given.get(seen.heartbeat().node());
        return last != null && !rhythms(seen, view, last).equals(last.orders().rhythms());
    }

    /// As they are known now, but those that hardly changed as they were given.
    private static List<Rhythm> rhythms(View.Seen seen, View view, @Nullable Given last) {
        var rhythms = new ArrayList<Rhythm>();
        for (Workload workload : seen.heartbeat().workloads()) {
            Rhythm now = view.outlook().rhythms().get(workload.id());
            if (now != null) {
                Optional<Rhythm> kept = last == null
                        ? Optional.empty()
                        : last.orders().rhythms().stream().filter(now::like).findFirst();
                rhythms.add(kept.orElse(now));
            }
        }
        return rhythms;
    }

    private void review(View.Seen seen, Evacuations state, View view, Instant now, List<StandingOrders> due) {
        NodeName node = seen.heartbeat().node();
        Given last = given.get(node);
        StandingOrders next = draw(seen, state, view, now, last);
        if (last != null
                && last.orders().sameAs(next)
                && !last.saidAt().plus(StandingOrders.REPEATED).isBefore(now)) {
            given.put(node, new Given(seen, runs(seen), now, last.saidAt(), last.orders()));
        } else {
            due.add(next);
            given.put(node, new Given(seen, runs(seen), now, now, next));
            versions.put(node, next.version());
        }
    }

    private StandingOrders draw(View.Seen seen, Evacuations state, View view, Instant now, @Nullable Given last) {
        NodeName node = seen.heartbeat().node();
        List<Planner.Aboard> aboard = seen.heartbeat().workloads().stream()
                .map(workload -> new Planner.Aboard(workload, null, null))
                .toList();
        var supposed = new Notice.Preemption(
                NoticeId.of("standing", node.value()), node, "standing", now, now.plus(WINDOW), Action.TERMINATE);
        var saves = new ArrayList<StandingOrders.Entry>();
        for (Planner.Choice.Save save : turns(new Planner.Occasion(Reclaim.of(supposed), aboard, state, view, now))) {
            int turn = state.turn(node, save.workload());
            // Whoever acts alone freezes at once: nobody is there to cut its rounds off.
            saves.add(new StandingOrders.Entry(save.workload(), turn, 0, needs(save.workload(), seen, view)));
        }
        long version = last == null ? 0 : last.orders().version() + 1;
        return new StandingOrders(
                node, Math.max(version, now.toEpochMilli()), saves, rhythms(seen, view, last), terms(seen), kept(seen));
    }

    private List<StandingOrders.Keeping> kept(View.Seen seen) {
        return seen.heartbeat().workloads().stream()
                .flatMap(workload -> planner.keeping(workload).stream())
                .toList();
    }

    private List<StandingOrders.Terms> terms(View.Seen seen) {
        return seen.heartbeat().workloads().stream()
                .map(workload -> new StandingOrders.Terms(
                        workload.id(),
                        planner.connections(workload),
                        planner.key(workload).orElse(null)))
                .toList();
    }

    /// Of any size: that changes all the time, and is told by who hears of the act.
    private @Nullable Needs needs(WorkloadId id, View.Seen seen, View view) {
        return seen.heartbeat().workloads().stream()
                .filter(workload -> workload.id().equals(id))
                .findFirst()
                .map(workload ->
                        planner.needs(workload, seen.heartbeat().node(), view).ofAnySize())
                .orElse(null);
    }

    private List<Planner.Choice.Save> turns(Planner.Occasion occasion) {
        return planner.draw(occasion).choices().stream()
                .filter(Planner.Choice.Save.class::isInstance)
                .map(Planner.Choice.Save.class::cast)
                .filter(save -> save.planned().hasTurn())
                .sorted(Comparator.comparingInt(save -> save.planned().rank()))
                .toList();
    }

    private static boolean calm(@Nullable Reclaim reclaim, Instant now) {
        return reclaim == null || !reclaim.mustLeave() || reclaim.over(now);
    }

    private static List<WorkloadId> runs(View.Seen seen) {
        return seen.heartbeat().workloads().stream().map(Workload::id).toList();
    }
}
