package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Restores;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.plan.Capacity;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.CapacityOffer.Standing;
import dev.lifeboat.plan.Hazard;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.plan.Placement;
import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where a checkpoint may be restored, by all that is known of all nodes.
///
/// What is known of a doom, twice over, so that no partition sends a restore to a node that another one empties: the
/// state knows the notices of its own partition, the view those of all. The node's own agent is the third to know: its
/// heartbeat stops accepting and it refuses a restore that was on its way.
final class Destinations {
    /// A node that its cloud advises to leave; more than half of such advice is followed by a reclaim, and no vendor
    /// says how often.
    private static final double ADVISED = 0.5;

    private final Duration silentAfter;

    /// The last answer, for as long as nothing moves: at one tick thousands of checkpoints may wait, and
    /// each asks.
    private @Nullable Asked asked;

    Destinations(Duration silentAfter) {
        this.silentAfter = silentAfter;
    }

    /// @param moves of the one state that its orchestrator has
    private record Asked(long moves, View view, Instant now, List<CapacityOffer> offers) {
        @SuppressWarnings("ReferenceEquality") // To compare thousands of nodes would cost what is to be spared.
        boolean about(Evacuations state, View seen, Instant then) {
            return moves == state.moves() && view == seen && now.equals(then);
        }
    }

    /// All known nodes, whatever stands in their way, less what is promised on them.
    List<CapacityOffer> offers(Evacuations state, View view, Instant now) {
        Asked last = asked;
        if (last != null && last.about(state, view, now)) {
            return last.offers();
        }
        List<CapacityOffer> offers = List.copyOf(look(state, view, now));
        asked = new Asked(state.moves(), view, now, offers);
        return offers;
    }

    private List<CapacityOffer> look(Evacuations state, View view, Instant now) {
        Set<NodeName> doomed = doomed(state, view);
        Map<NodeName, List<ByteCount>> promised = promised(state, view, now);
        var offers = new ArrayList<CapacityOffer>();
        view.nodes().forEach((node, seen) -> {
            Standing standing = standing(seen, doomed, view, now);
            CapacityOffer offer = offer(node, view.capacity(node), risk(node, state, view), standing);
            for (ByteCount room : promised.getOrDefault(node, List.of())) {
                offer = offer.less(Needs.of(room));
            }
            offers.add(offer);
        });
        return offers;
    }

    /// A node that has not failed yet; or else any.
    Placement choose(Migration migration, Restores restores, List<CapacityOffer> offers, View view, Instant now) {
        List<CapacityOffer> fresh = offers.stream()
                .filter(offer -> !restores.failedOn().contains(offer.node()))
                .toList();
        Placement placement = choose(migration, fresh, view, now);
        return placement instanceof Placement.Placed || fresh.size() == offers.size()
                ? placement
                : choose(migration, offers, view, now);
    }

    /// When the claim was lost, an earlier target must be running the workload, and has only to say so.
    static Optional<NodeName> holder(Restores restores, List<CapacityOffer> offers) {
        if (!restores.claimed()) {
            return Optional.empty();
        }
        var earlier = new ArrayList<>(restores.failedOn());
        earlier.removeLast();
        return earlier.reversed().stream()
                .filter(node -> offers.stream()
                        .anyMatch(offer -> offer.node().equals(node) && offer.standing() == Standing.ACCEPTING))
                .findFirst();
    }

    private static Placement choose(Migration migration, List<CapacityOffer> offers, View view, Instant now) {
        var subject = migration.subject();
        // A node that is lost is left for good; one that is not doomed any more may take its workload back.
        NodeName from = migration instanceof Migration.Missing ? subject.home() : null;
        return Placement.choose(
                new Placement.Request(subject.workload(), subject.needed(), from, offers, hazard(view, now)));
    }

    /// What clouds took lately, as far as the machines' make is known.
    static Hazard hazard(View view, Instant now) {
        var taken = new ArrayList<dev.lifeboat.plan.Reclaim>();
        for (Reclaim reclaim : view.reclaims().values()) {
            Capacity capacity = view.capacity(reclaim.node());
            if (capacity != null) {
                reclaim.takenAt()
                        .ifPresent(at ->
                                taken.add(new dev.lifeboat.plan.Reclaim(capacity.instanceType(), capacity.zone(), at)));
            }
        }
        return new Hazard(taken, now);
    }

    static CapacityOffer offer(NodeName node, @Nullable Capacity capacity, double risk, Standing standing) {
        if (capacity != null) {
            return capacity.offer(node, risk, standing);
        }
        // An agent from before they were published: as much as it takes, of an unknown make.
        return new CapacityOffer(
                node,
                CapacityOffer.Kind.SPOT,
                "",
                "",
                null,
                new ByteCount(Long.MAX_VALUE),
                List.of(),
                Set.of(),
                risk,
                Set.of(),
                0,
                standing);
    }

    private Standing standing(View.Seen seen, Set<NodeName> doomed, View view, Instant now) {
        NodeName node = seen.heartbeat().node();
        if (doomed.contains(node)) {
            return Standing.DOOMED;
        }
        boolean open = seen.heartbeat().accepting() && !view.silent(node, now, silentAfter);
        return open ? Standing.ACCEPTING : Standing.CLOSED;
    }

    private static double risk(NodeName node, Evacuations state, View view) {
        return advised(state.reclaim(node)) || advised(view.reclaims().get(node)) ? ADVISED : 0;
    }

    private static boolean advised(@Nullable Reclaim reclaim) {
        return reclaim != null && reclaim.standing() == Reclaim.Standing.AT_RISK;
    }

    private static Set<NodeName> doomed(Evacuations state, View view) {
        var doomed = new HashSet<NodeName>();
        state.reclaims().stream().filter(Reclaim::mustLeave).map(Reclaim::node).forEach(doomed::add);
        view.reclaims().values().stream()
                .filter(Reclaim::mustLeave)
                .map(Reclaim::node)
                .forEach(doomed::add);
        return doomed;
    }

    /// Of our own restores the state knows, of the others' the view.
    private static Map<NodeName, List<ByteCount>> promised(Evacuations state, View view, Instant now) {
        var promised = new HashMap<NodeName, List<ByteCount>>();
        var ours = new HashSet<MigrationId>();
        for (Migration migration : state.register().busy()) {
            ours.add(migration.id());
            NodeName target = target(migration);
            if (target != null) {
                promise(promised, target, migration.subject().needed().room());
            }
        }
        view.promises().forEach((migration, promise) -> {
            if (!ours.contains(migration) && promise.until().isAfter(now)) {
                promise(promised, promise.node(), promise.room());
            }
        });
        return promised;
    }

    private static void promise(Map<NodeName, List<ByteCount>> promised, NodeName node, ByteCount room) {
        promised.computeIfAbsent(node, _ -> new ArrayList<>()).add(room);
    }

    private static @Nullable NodeName target(Migration migration) {
        return switch (migration) {
            case Migration.Sought sought -> sought.target();
            case Migration.Restoring restoring -> restoring.target();
            case Migration.AtRisk _, Migration.Missing _, Migration.Stored _, Migration.Closed _ -> null;
        };
    }
}
