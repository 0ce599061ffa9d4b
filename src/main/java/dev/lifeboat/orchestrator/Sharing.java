package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.Migration.AtRisk;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.orchestrator.Planner.Occasion;
import dev.lifeboat.plan.Fleet;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

/// One node's part of the store's bandwidth, when several are doomed at once.
final class Sharing {
    /// A node that is given next to nothing counts as this much slower: nothing fits then, and nothing overflows.
    private static final double MOST = 1_000;

    private final Terms terms;
    private final Hindsight hindsight;
    private final Occasion occasion;

    Sharing(Terms terms, Hindsight hindsight, Occasion occasion) {
        this.terms = terms;
        this.hindsight = hindsight;
        this.occasion = occasion;
    }

    /// How many times longer a save takes than with the whole uplink, 1 or more.
    ///
    /// @param uplink of the node
    /// @param stake of a workload aboard
    double slowdown(ByteRate uplink, Function<Workload, Planned.Stake> stake) {
        NodeName home = occasion.reclaim().node();
        if (terms.store().bytesPerSecond() <= 0 || uplink.bytesPerSecond() <= 0) {
            return 1;
        }
        Map<NodeName, List<Fleet.Load>> loads = others(home);
        if (loads.isEmpty()) {
            return 1;
        }
        Instant closesAt = occasion.reclaim().closesAt().orElse(occasion.now());
        loads.put(
                home,
                occasion.aboard().stream()
                        .map(aboard -> load(stake.apply(aboard.workload()), closesAt))
                        .toList());
        List<Fleet.Node> nodes = loads.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.comparing(NodeName::value)))
                .map(entry -> new Fleet.Node(
                        entry.getKey(),
                        entry.getKey().equals(home) ? uplink : uplink(entry.getKey()),
                        entry.getValue()))
                .toList();
        ByteRate share =
                Objects.requireNonNull(new Fleet(nodes).divide(terms.store()).get(home));
        return Math.clamp(uplink.bytesPerSecond() / Math.max(share.bytesPerSecond(), 1e-9), 1, MOST);
    }

    /// Saves waiting or under way on other doomed nodes whose uplink is known; of our own ones the state knows more
    /// than hindsight does.
    private Map<NodeName, List<Fleet.Load>> others(NodeName home) {
        var all = new LinkedHashMap<MigrationId, AtRisk>();
        hindsight.underWay().forEach(one -> all.put(one.id(), one));
        occasion.state().atRisk().forEach(one -> all.put(one.id(), one));
        all.values()
                .removeIf(one -> occasion.state().migration(one.id()) != null
                        && !(occasion.state().migration(one.id()) instanceof AtRisk));
        var loads = new TreeMap<NodeName, List<Fleet.Load>>(Comparator.comparing(NodeName::value));
        for (AtRisk one : all.values()) {
            NodeName node = one.subject().home();
            boolean counts = !node.equals(home)
                    && one.subject().planned().hasTurn()
                    && one.subject().deadline().isAfter(occasion.now())
                    && uplink(node).bytesPerSecond() > 0;
            if (counts) {
                loads.computeIfAbsent(node, _ -> new ArrayList<>())
                        .add(load(one.subject().planned().stake(), one.subject().deadline()));
            }
        }
        return loads;
    }

    private Fleet.Load load(Planned.Stake stake, Instant deadline) {
        Duration left = Duration.between(occasion.now(), deadline);
        return new Fleet.Load(stake.value(), stake.wire(), Duration.ZERO, left.isNegative() ? Duration.ZERO : left);
    }

    private ByteRate uplink(NodeName node) {
        View.Seen seen = occasion.view().nodes().get(node);
        return seen == null ? new ByteRate(0) : seen.heartbeat().uplink();
    }
}
