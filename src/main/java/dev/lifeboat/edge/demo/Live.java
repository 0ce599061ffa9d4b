package dev.lifeboat.edge.demo;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.NodeName;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/// What has been witnessed so far; written by the feed's thread, read by the demo's.
final class Live implements Witness {
    private final AtomicReference<Timeline> timeline = new AtomicReference<>(Timeline.EMPTY);
    private final Map<NodeName, Report.Heartbeat> heartbeats = new ConcurrentHashMap<>();

    Timeline timeline() {
        return timeline.get();
    }

    void announced(Instant at) {
        timeline.updateAndGet(known -> known.reached(Step.NOTICE, at));
    }

    /// Whether the node's agent has said that it takes restores.
    boolean accepts(String node) {
        Report.Heartbeat heartbeat = heartbeats.get(new NodeName(node));
        return heartbeat != null && heartbeat.accepting();
    }

    /// Whether the node's agent says that something runs there.
    boolean hosts(String node) {
        Report.Heartbeat heartbeat = heartbeats.get(new NodeName(node));
        return heartbeat != null && !heartbeat.workloads().isEmpty();
    }

    @Override
    public void saw(JournalEvent event) {
        timeline.updateAndGet(known -> known.with(event));
    }

    @Override
    public void saw(Report report) {
        if (report instanceof Report.Heartbeat heartbeat) {
            heartbeats.put(heartbeat.node(), heartbeat);
        }
        timeline.updateAndGet(known -> known.with(report));
    }
}
