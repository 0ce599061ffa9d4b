package dev.lifeboat.simulation;

import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.agent.MemoryCheckpoints;
import dev.lifeboat.agent.MemoryLastOrders;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.plan.Capacity;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A machine with its kernel and process trees, and the production agent on it.
final class SimulatedNode {
    /// What every node of one world shares.
    record Surroundings(
            Schedule schedule, Faults faults, MemoryCheckpoints store, Path scratch, Consumer<Report> send) {
        CheckpointStore storeFor(AgentProcess process) {
            var reached = store.over(new UnsteadyWay(process, schedule, faults));
            return faults.claims() == Faults.Claims.ON ? reached : new Unclaimed(reached);
        }
    }

    /// A process tree, as the kernel has it.
    static final class Tree {
        enum Standing {
            RUNS,
            /// Held by a dump.
            FROZEN,
            /// Its dump was told to kill it; it never runs again.
            SEALED,
            /// Restored, and not let go yet.
            BUILT
        }

        final long pid;
        Standing standing;

        @Nullable
        AgentProcess frozenBy;

        Tree(long pid, Standing standing) {
            this.pid = pid;
            this.standing = standing;
        }

        void freeze(AgentProcess by) {
            standing = Standing.FROZEN;
            frozenBy = by;
        }

        /// Stands still for nobody.
        boolean forsaken() {
            return standing == Standing.FROZEN && (frozenBy == null || frozenBy.dead());
        }

        @Override
        public String toString() {
            return pid + " " + standing;
        }
    }

    final NodeName name;
    final Map<Long, Tree> trees = new TreeMap<>();
    /// What an agent leaves to the next one.
    final Map<WorkloadId, SimulatedWorkloads.Entry> known = new LinkedHashMap<>();

    /// Process numbers of trees that were restored here and have ended by themselves.
    private final Set<Long> ended = new HashSet<>();

    /// Workloads that were asked to end by themselves.
    final List<WorkloadId> told = new ArrayList<>();

    /// When something stood still here for a dump, by the name of the dump's folder.
    final Map<String, Instant> stoodStill = new HashMap<>();

    final MemoryLastOrders lastOrders = new MemoryLastOrders();

    /// Its processor lacks what the saved tree uses.
    boolean unfit;

    private final Surroundings around;
    private final List<Notice> notices = new ArrayList<>();
    private final Capacity offered;
    private boolean alive = true;
    private @Nullable AgentProcess process;

    SimulatedNode(NodeName name, Surroundings around) {
        this(name, around, Machines.USUAL);
    }

    SimulatedNode(NodeName name, Surroundings around, Capacity offered) {
        this.name = name;
        this.around = around;
        this.offered = offered;
        this.process = new AgentProcess(this, around);
    }

    void start(WorkloadId id) {
        var tree = new Tree(pidOf(id), Tree.Standing.RUNS);
        trees.put(tree.pid, tree);
        known.put(id, new SimulatedWorkloads.Entry(tree, null));
    }

    /// The same on every node, as CRIU wants it; above those that no tree may have.
    static long pidOf(WorkloadId id) {
        return 100L + Math.floorMod(id.toString().hashCode(), 30_000);
    }

    boolean alive() {
        return alive;
    }

    boolean runs(WorkloadId id) {
        Tree tree = trees.get(pidOf(id));
        return tree != null && tree.standing == Tree.Standing.RUNS;
    }

    void ends(Tree tree) {
        trees.values().remove(tree);
        ended.add(tree.pid);
    }

    /// It has done what it had to.
    boolean hasEnded(WorkloadId id) {
        return ended.contains(pidOf(id));
    }

    boolean up() {
        return process != null;
    }

    Collection<Tree> trees() {
        return trees.values();
    }

    /// The machine is taken.
    void die() {
        alive = false;
        stop();
        trees.clear();
    }

    /// The agent's process dies, and CRIU with it: what it had not been told to kill goes on, what it had not been told
    /// to let go is gone.
    void crash() {
        if (!up()) {
            return;
        }
        stop();
        trees.values().removeIf(tree -> tree.standing == Tree.Standing.BUILT);
        if (around.faults().rollback() == Faults.Rollback.ON) {
            trees.values().stream()
                    .filter(tree -> tree.standing == Tree.Standing.FROZEN)
                    .forEach(tree -> tree.standing = Tree.Standing.RUNS);
        }
        around.schedule().soon(4_000, () -> {
            if (alive) {
                process = new AgentProcess(this, around);
            }
        });
    }

    private void stop() {
        if (process != null) {
            process.die();
        }
        process = null;
    }

    /// Nobody of a dead world waits on.
    void end() {
        if (process != null) {
            process.die();
        }
    }

    /// Its agent reads it, and so does every later one.
    void hear(Notice notice) {
        notices.add(notice);
        if (process != null) {
            process.agent().on(notice);
        }
    }

    List<Notice> notices() {
        return List.copyOf(notices);
    }

    Capacity offered() {
        return offered;
    }

    void on(Order order) {
        if (process != null) {
            process.alone().ordered(order);
            process.agent().on(around.faults().search() == Faults.Search.ON ? order : withoutSearch(order));
        }
    }

    private static Order withoutSearch(Order order) {
        return order instanceof Order.Restore restore
                ? new Order.Restore(
                        restore.id(), restore.node(), restore.workload(), restore.checkpoint(), restore.attempt())
                : order;
    }

    void on(StandingOrders orders) {
        if (process != null) {
            process.alone().given(orders);
        }
    }

    /// What the node's listener could not bring to the log.
    void told(Notice notice) {
        if (process != null) {
            process.alone().told(notice);
        }
    }

    void beat() {
        if (process != null) {
            process.agent().reportProgress();
            process.agent().reportHeartbeat();
            process.alone().retell();
        }
    }

    void copyAhead() {
        if (process != null) {
            process.copyAhead();
        }
    }

    @Override
    public String toString() {
        return name + (alive ? " has " : " dead ") + trees.values();
    }
}
