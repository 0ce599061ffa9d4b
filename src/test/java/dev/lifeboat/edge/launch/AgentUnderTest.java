package dev.lifeboat.edge.launch;

import static java.util.Objects.requireNonNull;

import dev.lifeboat.agent.Agent;
import dev.lifeboat.agent.Ahead;
import dev.lifeboat.agent.Background;
import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.agent.Copied;
import dev.lifeboat.agent.Host;
import dev.lifeboat.agent.LazyRestorer;
import dev.lifeboat.agent.Workloads;
import dev.lifeboat.checkpoint.BackgroundCheckpoint;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.OrderId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Arrival;
import dev.lifeboat.workload.Connections;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The production agent of one node, its orders given and its reports read by hand.
public final class AgentUnderTest implements AutoCloseable {
    private static final MigrationId MIGRATION = new MigrationId("victim-0");
    private static final NodeName HOME = new NodeName("node-a");
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    static final CheckpointId CHECKPOINT = MIGRATION.checkpoint(1);
    private static final Terms COUNTING = new Terms(CountingVictim.ID, Connections.REFUSE);

    private final NodeName node;
    private final WorkloadId workload;
    private final Agent agent;
    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    private volatile ByteCount sent = ByteCount.ZERO;
    private volatile boolean frozen;
    private volatile Report.@Nullable Heartbeat heartbeat;
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();

    /// @param workloads this node's memory of what runs here
    AgentUnderTest(Host host, Workloads workloads, CriuCheckpointer checkpointer, CheckpointStore store) {
        this(host, workloads, checkpointer, store, Ahead.NONE);
    }

    /// @param ahead for [#copyAhead]
    AgentUnderTest(Host host, Workloads workloads, CriuCheckpointer checkpointer, CheckpointStore store, Ahead ahead) {
        this(COUNTING.on(ahead), host, workloads, checkpointer, store);
    }

    static Terms terms(Ahead ahead, Background background) {
        return COUNTING.on(ahead).keeping(background);
    }

    /// @param lazy brings the pages after the restore
    AgentUnderTest(
            Host host, Workloads workloads, CriuCheckpointer checkpointer, CheckpointStore store, LazyRestorer lazy) {
        this(COUNTING.lazily(lazy), host, workloads, checkpointer, store);
    }

    public AgentUnderTest(
            Terms terms, Host host, Workloads workloads, CriuCheckpointer checkpointer, CheckpointStore store) {
        this.node = host.node();
        this.workload = terms.workload;
        var outside = new Agent.Outside(
                this::heard,
                () -> null,
                InstantSource.system(),
                tasks,
                terms.ahead,
                terms.lazy,
                id -> new StandingOrders.Terms(id, terms.connections, null),
                terms.background);
        this.agent = new Agent(host, workloads, checkpointer, store, outside);
    }

    /// What is saved and restored, and how.
    ///
    /// @param connections what becomes of its connections
    /// @param ahead for [#copyAhead]
    /// @param lazy brings the pages after the restore; null where they come before it
    /// @param background for complete checkpoints of what runs on, after [#copyAhead]
    public record Terms(
            WorkloadId workload,
            Connections connections,
            Ahead ahead,
            @Nullable LazyRestorer lazy,
            Background background) {
        public Terms(WorkloadId workload, Connections connections) {
            this(workload, connections, Ahead.NONE, null, Background.NONE);
        }

        public Terms on(Ahead other) {
            return new Terms(workload, connections, other, lazy, background);
        }

        public Terms lazily(LazyRestorer other) {
            return new Terms(workload, connections, ahead, other, background);
        }

        Terms keeping(Background other) {
            return new Terms(workload, connections, ahead, lazy, other);
        }
    }

    public static Host host(String name, CriuCheckpointer checkpointer, Path scratch) throws IOException {
        return new Host(
                new NodeName(name), checkpointer.version().toString(), Machine.kernel(), Machine.model(), scratch);
    }

    /// Orders a save and waits for what became of it.
    public Report save(Duration window) throws InterruptedException {
        orderSave(window);
        return answer();
    }

    void orderSave(Duration window) {
        orderSave(window, 0);
    }

    /// Again and again, under one key.
    void orderSave(Duration window, int rounds) {
        agent.on(new Order.Save(
                id("save-1"), node, workload, CHECKPOINT, rounds, Instant.now().plus(window)));
    }

    /// Of the save under way, as last said.
    ByteCount sent() {
        return sent;
    }

    private void heard(Report report) {
        if (report instanceof Report.SaveProgress progress) {
            sent = progress.stored();
        }
        if (report instanceof Report.Frozen) {
            frozen = true;
        }
        if (report instanceof Report.Heartbeat next) {
            heartbeat = next;
        }
        reports.add(report);
    }

    /// Whether a save has got so far.
    boolean hasFrozen() {
        return frozen;
    }

    /// Takes the save back, and has the workload told to end.
    void orderToTell() {
        agent.on(new Order.Abort(id("abort-1"), node, CountingVictim.ID, CHECKPOINT, Order.Sequel.SIGTERM));
    }

    /// As the agent's own loop does, four times a second.
    void reportProgress() {
        agent.reportProgress();
    }

    /// By a later migration.
    void orderSaveAgain(Duration window) {
        var later = new MigrationId("victim-1");
        agent.on(new Order.Save(
                new OrderId(later + "/save-1", later, node),
                node,
                CountingVictim.ID,
                later.checkpoint(1),
                0,
                Instant.now().plus(window)));
    }

    public Duration spentAhead() {
        return agent.spentAhead();
    }

    public List<Copied> copyAhead() throws InterruptedException {
        return agent.copyAhead();
    }

    public Report restore() throws InterruptedException {
        orderRestore();
        return answer();
    }

    void orderRestore() {
        orderRestore(CHECKPOINT, Arrival.LAZY);
    }

    void orderRestore(CheckpointId checkpoint, Arrival arrival) {
        agent.on(new Order.Restore(id("restore-1"), node, workload, checkpoint, 1, null, arrival));
    }

    Report restore(CheckpointId checkpoint) throws InterruptedException {
        orderRestore(checkpoint, Arrival.LAZY);
        return answer();
    }

    /// What the next heartbeat says of the workload; null where it has none.
    @Nullable
    BackgroundCheckpoint background() {
        agent.reportHeartbeat();
        return requireNonNull(heartbeat).background(workload);
    }

    private static OrderId id(String key) {
        return new OrderId(MIGRATION + "/" + key, MIGRATION, HOME);
    }

    /// The next report that ends an order.
    public Report answer() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Report next = reports.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError(node + " has not answered within " + PATIENCE);
            }
            switch (next) {
                case Report.Stored _,
                        Report.SaveFailed _,
                        Report.Resumed _,
                        Report.RestoreFailed _,
                        Report.Released _ -> {
                    System.out.println("agent: " + next);
                    return next;
                }
                case Report.Heartbeat _,
                        Report.Echoed _,
                        Report.Measured _,
                        Report.ActedAlone _,
                        Report.SaveStarted _,
                        Report.SaveProgress _,
                        Report.Frozen _,
                        Report.Captured _ -> {}
            }
        }
    }

    @Override
    public void close() {
        tasks.shutdownNow();
    }
}
