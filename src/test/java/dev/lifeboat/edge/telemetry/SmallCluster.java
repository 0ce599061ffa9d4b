package dev.lifeboat.edge.telemetry;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A few nodes, a production orchestrator, and somebody who is told what it decides.
final class SmallCluster {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final NodeName A = new NodeName("node-a");
    static final NodeName B = new NodeName("node-b");
    static final WorkloadId PI = WorkloadId.parse("lab/pi");

    private final Orchestrator orchestrator = new Orchestrator(Limits.STANDARD, Planner.SAVE_ALL);
    private final List<Order> orders = new ArrayList<>();
    private final Observer observer;
    private View view = View.EMPTY;
    private Instant now = START;

    SmallCluster(Observer observer) {
        this.observer = observer;
    }

    View view() {
        return view;
    }

    Instant now() {
        return now;
    }

    Orchestrator orchestrator() {
        return orchestrator;
    }

    void pass(int seconds) {
        now = now.plusSeconds(seconds);
    }

    void beat(NodeName node, WorkloadId... running) {
        var workloads = Arrays.stream(running)
                .map(id -> new Workload(
                        id, "Process", "class", Map.of(), new Footprint(ByteCount.ofMebi(16), ByteCount.ZERO, 1)))
                .toList();
        view = view.with(new Report.Heartbeat(node, now, workloads, new ByteRate(0), true, null), now);
    }

    Order.Save preempted(int seconds) {
        told(new Notice.Preemption(
                new NoticeId("00000000000000aa"), A, "test", now, now.plusSeconds(seconds), Action.STOP));
        return last(Order.Save.class);
    }

    void told(Notice notice) {
        view = view.told(List.of(notice), now);
        step(new Input.Told(notice));
    }

    void heard(Report.OfMigration report) {
        step(new Input.Heard(report));
    }

    void tick() {
        step(new Input.Ticked());
    }

    /// The same, and the restore that comes of it.
    Order.Restore placed(Order.Save save) {
        stored(save);
        return last(Order.Restore.class);
    }

    /// From its beginning until it is durable, a second for each step.
    void stored(Order.Save save) {
        pass(1);
        heard(new Report.SaveStarted(A, now, save.id()));
        pass(1);
        heard(new Report.Frozen(A, now, save.id()));
        pass(1);
        heard(new Report.Captured(A, now, save.id(), ByteCount.ofMebi(2)));
        pass(1);
        heard(new Report.Stored(
                A,
                now,
                save.id(),
                save.checkpoint(),
                ByteCount.ofMebi(2),
                ByteCount.ofMebi(1),
                Duration.ofMillis(300)));
    }

    <T extends Order> T last(Class<T> kind) {
        return orders.stream().filter(kind::isInstance).map(kind::cast).toList().getLast();
    }

    private void step(Input input) {
        var step = orchestrator.step(input, view, now);
        orders.addAll(step.orders());
        step.events().forEach(event -> observer.decided(decided(event)));
        step.orders().forEach(observer::ordered);
    }

    private Observer.Decided decided(JournalEvent event) {
        var migration =
                event instanceof MigrationEvent of ? orchestrator.state().migration(of.migration()) : null;
        var reclaim = migration == null
                ? null
                : orchestrator.state().reclaim(migration.subject().home());
        return new Observer.Decided(event, migration, reclaim);
    }
}
