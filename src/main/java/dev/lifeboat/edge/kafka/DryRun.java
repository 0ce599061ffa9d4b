package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.orchestrator.Evacuations;
import dev.lifeboat.orchestrator.Input;
import dev.lifeboat.orchestrator.Limits;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.Orchestrator;
import dev.lifeboat.orchestrator.Planner;
import dev.lifeboat.orchestrator.View;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Decides on nodes that do not exist, in a state that is thrown away, so that the code is compiled before the first
/// real notice: that one may be one of thousands.
///
/// Nothing of it leaves this class: no record is sent, nobody is told.
final class DryRun {
    /// As many as it takes for the code to be compiled well.
    private static final int NODES = 300;

    private static final int WORKLOADS = 8;
    private static final int NODES_PER_TICK = 10;
    private static final Topics TOPICS = new Topics(1);

    private final Orchestrator orchestrator;
    private final Evacuations replayed = new Evacuations();
    private final Instant now;

    private DryRun(Limits limits, Planner planner, Instant now) {
        this.orchestrator = new Orchestrator(limits, planner);
        this.now = now;
    }

    /// Begins at once, on a thread of its own, and takes a second or two of processor.
    static void start(Limits limits, Planner planner, Instant now) {
        Thread.ofPlatform().name("dry-run").daemon().start(() -> {
            var _ = of(NODES, limits, planner, now);
        });
    }

    /// @return how many migrations it has begun, none of them real
    static int of(int nodes, Limits limits, Planner planner, Instant now) {
        var run = new DryRun(limits, planner, now);
        View view = View.EMPTY;
        for (int number = 0; number < nodes; number++) {
            var node = new NodeName("dry-run-" + number);
            view = view.with((Report.Heartbeat) run.read(Wire.REPORTS, Wire.REPORTS.write(run.heartbeat(node))), now);
            run.decide(new Input.Told(run.read(Wire.NOTICES, Wire.NOTICES.write(run.notice(node)))), view);
            if (number % NODES_PER_TICK == 0) {
                run.decide(new Input.Ticked(), view);
            }
        }
        return run.replayed.migrations().size();
    }

    private void decide(Input input, View view) {
        var batch = new Batch(TOPICS, Observer.NONE);
        batch.add(0, orchestrator.step(input, view, now), orchestrator.state());
        batch.records.stream()
                .map(Batch.Written::record)
                .filter(record -> record.topic().equals(Topics.JOURNAL))
                .forEach(record -> replayed.replay(read(Wire.JOURNAL, record.value())));
    }

    private <T> T read(Wire<T> wire, byte[] bytes) {
        try {
            return wire.read(bytes);
        } catch (Unreadable e) {
            throw new IllegalStateException("what we write ourselves must be readable", e);
        }
    }

    private Notice notice(NodeName node) {
        var id = NoticeId.of("dry-run", node.value());
        return new Notice.Preemption(id, node, "dry-run", now, now.plus(Duration.ofMinutes(2)), Action.TERMINATE);
    }

    private Report.Heartbeat heartbeat(NodeName node) {
        List<Workload> workloads = IntStream.range(0, WORKLOADS)
                .mapToObj(number -> new Workload(
                        new WorkloadId("dry-run", node.value() + "-" + number),
                        "StatefulSet",
                        "dry-run",
                        Map.of(),
                        new Footprint(ByteCount.ofMebi(64), ByteCount.ZERO, 1)))
                .toList();
        return new Report.Heartbeat(node, now, workloads, new ByteRate(1e8), true, null);
    }
}
