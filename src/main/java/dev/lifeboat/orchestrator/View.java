package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the agents last said of themselves. A snapshot; decisions that rest on it are journalled, never it.
public record View(Map<NodeName, Seen> nodes) {
    public static final View EMPTY = new View(Map.of());

    /// @param heardAt by our own clock, so that an agent's skewed one cannot make it look alive or dead
    public record Seen(Instant heardAt, Report.Heartbeat heartbeat) {}

    public View {
        nodes = Map.copyOf(nodes);
    }

    public View with(Report.Heartbeat heartbeat, Instant heardAt) {
        return with(List.of(heartbeat), heardAt);
    }

    /// Copies the view once for all of them: thousands of nodes speak every second.
    public View with(Collection<Report.Heartbeat> heartbeats, Instant heardAt) {
        var all = new HashMap<>(nodes);
        heartbeats.forEach(heartbeat -> all.put(heartbeat.node(), new Seen(heardAt, heartbeat)));
        return new View(all);
    }

    public boolean knows(NodeName node) {
        return nodes.containsKey(node);
    }

    /// Whether nothing was heard of the node for longer than `limit`; a node never heard of is silent.
    public boolean silent(NodeName node, Instant now, Duration limit) {
        Seen seen = nodes.get(node);
        return seen == null || seen.heardAt().plus(limit).isBefore(now);
    }

    /// What the node last said it runs; empty for a node never heard of.
    public List<Workload> workloads(NodeName node) {
        Seen seen = nodes.get(node);
        return seen == null ? List.of() : seen.heartbeat().workloads();
    }

    /// When the node was last heard of; [Instant#MIN] for never.
    Instant heardAt(NodeName node) {
        Seen seen = nodes.get(node);
        return seen == null ? Instant.MIN : seen.heardAt();
    }

    /// Nodes that take restores now, the emptiest first, then by name.
    List<NodeName> open(Set<NodeName> doomed, Instant now, Duration silentAfter) {
        return nodes.values().stream()
                .map(Seen::heartbeat)
                .filter(Report.Heartbeat::accepting)
                .filter(heartbeat -> !doomed.contains(heartbeat.node()))
                .filter(heartbeat -> !silent(heartbeat.node(), now, silentAfter))
                .sorted(Comparator.comparingInt((Report.Heartbeat heartbeat) ->
                                heartbeat.workloads().size())
                        .thenComparing(heartbeat -> heartbeat.node().value()))
                .map(Report.Heartbeat::node)
                .toList();
    }
}
