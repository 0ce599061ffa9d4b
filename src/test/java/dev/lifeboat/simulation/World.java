package dev.lifeboat.simulation;

import dev.lifeboat.agent.MemoryCheckpoints;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.orchestrator.Input;
import dev.lifeboat.orchestrator.Limits;
import dev.lifeboat.orchestrator.Orchestrator;
import dev.lifeboat.orchestrator.Orchestrator.Step;
import dev.lifeboat.orchestrator.Planner;
import dev.lifeboat.orchestrator.Planners;
import dev.lifeboat.orchestrator.View;
import dev.lifeboat.plan.Capacity;
import dev.lifeboat.simulation.Faults.Background;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A cluster with everything that can go wrong in it, in one thread. Orchestrators and agents are the production code.
final class World {
    private static final Duration STORM = Duration.ofMinutes(4);
    /// Long enough for every timeout and retry to run out.
    private static final Duration CALM = Duration.ofMinutes(11);

    /// How far an orchestrator that starts reads heartbeats back.
    private static final Duration LOOK_BACK = Duration.ofSeconds(30);

    /// One process that believes to own the partition; several may, after a rebalance.
    private static final class Owner {
        final Orchestrator orchestrator;
        final int generation;
        int next;

        Owner(Ledger ledger, Planner planner) {
            orchestrator = new Orchestrator(Limits.STANDARD, planner);
            generation = ledger.nextGeneration();
            ledger.journal.forEach(orchestrator::replay);
            next = ledger.committed();
        }
    }

    private final Schedule schedule;
    private final Faults faults;
    private final MemoryCheckpoints store;
    private final Map<NodeName, SimulatedNode> nodes = new LinkedHashMap<>();
    private final Map<NodeName, List<Order>> orders = Ledger.noOrders();
    private final Map<NodeName, Integer> taken = new LinkedHashMap<>();
    private final Ledger ledger = new Ledger(orders, this::check);
    private final Planner planner;
    private final List<Owner> owners = new ArrayList<>();
    private final List<WorkloadId> workloads = List.of(WorkloadId.parse("lab/pi"), WorkloadId.parse("lab/tau"));
    private View view = View.EMPTY;
    private final @Nullable NodeName emptied;
    private boolean calm;
    private final Cloud cloud;
    private List<Duration> losses = List.of();

    /// @param scratch for what the agents keep on tmpfs while they save
    World(long seed, Faults faults, Path scratch) {
        this(seed, faults, scratch, _ -> Planner.SAVE_ALL);
    }

    /// @param planners what is learned comes from the log alone, as in life
    World(long seed, Faults faults, Path scratch, Planners planners) {
        this.planner = planners.with(ledger::hindsight);
        this.schedule = new Schedule(seed);
        this.faults = faults;
        this.store = new MemoryCheckpoints(schedule::now);
        var around = new SimulatedNode.Surroundings(schedule, faults, store, own(scratch), this::deliver);
        add("node-a", Machines.USUAL, around);
        // One of these two always takes them; the other may be of the wrong make, or be emptied by another partition.
        var other = schedule.chance(0.3) ? any(Machines.UNFIT) : any(Machines.FIT);
        boolean first = schedule.chance(0.5);
        add("node-b", first ? other : any(Machines.FIT), around);
        add("node-c", first ? any(Machines.FIT) : other, around);
        emptied = schedule.chance(0.2) ? new NodeName(first ? "node-b" : "node-c") : null;
        workloads.forEach(home()::start);
        cloud = new Cloud(schedule, faults, home(), this::deliver);
    }

    /// What one world's agents remember is none of the next one's.
    private static Path own(Path scratch) {
        try {
            return Files.createTempDirectory(scratch, "world");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private Capacity any(List<Capacity> machines) {
        return machines.get(schedule.pick(machines.size()));
    }

    private void add(String name, Capacity machine, SimulatedNode.Surroundings around) {
        var node = new NodeName(name);
        nodes.put(node, new SimulatedNode(node, around, machine));
        taken.put(node, 0);
    }

    /// @throws AssertionError at the first event after which something is not as promised
    void run() {
        try {
            play();
        } finally {
            nodes.values().forEach(SimulatedNode::end);
        }
    }

    private void play() {
        owners.add(new Owner(ledger, planner));
        nodes.values().forEach(this::beat);
        poll();
        tick();
        rebalance();
        schedule.after(calmAtFirst(), cloud::doom);
        if (emptied != null) {
            NodeName node = emptied;
            schedule.soon(90_000, () -> empty(node));
        }
        schedule.run(STORM, this::check);
        calm = true;
        schedule.run(CALM, this::check);
        new Ending(ledger, List.copyOf(nodes.values()), store).check(workloads);
        Instant diedAt = cloud.diedAt();
        if (diedAt != null) {
            losses =
                    new Losses(diedAt, Cloud.WINDOW.plusMillis(Cloud.DEATH_SAID), home().stoodStill).of(ledger.journal);
        }
    }

    private SimulatedNode home() {
        return nodes.values().iterator().next();
    }

    /// Long enough for some checkpoints of what runs on.
    private Duration calmAtFirst() {
        return Duration.ofMillis(1L + schedule.pick(faults.background() == Background.OFF ? 3_000 : 90_000));
    }

    /// Another partition's notice: the view has it, and some time later the node's own agent.
    private void empty(NodeName node) {
        tell(new Notice.Drain(
                new NoticeId("00000000000000cc"), node, "simulation", schedule.now(), Duration.ofHours(1)));
    }

    private void tell(Notice notice) {
        view = view.told(List.of(notice), schedule.now());
        schedule.soon(3_000, () -> nodes.get(notice.node()).hear(notice));
    }

    private void deliver(Report report) {
        if (cloud.cut() && report.node().equals(home().name)) {
            return;
        }
        switch (report) {
            case Report.OfMigration of -> deliver(new Input.Heard(of));
            case Report.Echoed _ -> {}
            case Report.Measured _ -> {}
            case Report.Heartbeat beat -> view = view.with(known(beat), schedule.now());
        }
    }

    private Report.Heartbeat known(Report.Heartbeat beat) {
        return faults.facts() == Faults.Facts.ON
                ? beat
                : new Report.Heartbeat(beat.node(), beat.at(), beat.workloads(), beat.uplink(), beat.accepting(), null);
    }

    /// Into the log: soon, or late, or twice.
    private void deliver(Input input) {
        if (input instanceof Input.Told(Notice notice)) {
            schedule.soon(200, () -> tell(notice));
        }
        if (!calm && schedule.chance(faults.late())) {
            schedule.soon(20_000, () -> ledger.inputs.add(input));
        }
        schedule.soon(!calm && schedule.chance(faults.late()) ? 20_000 : 50, () -> ledger.inputs.add(input));
    }

    private void beat(SimulatedNode node) {
        if (node.up()) {
            node.beat();
            if (faults.background() != Background.OFF && !calm) {
                node.copyAhead();
            }
            obey(node);
        }
        schedule.after(Duration.ofSeconds(1), () -> beat(node));
    }

    private void obey(SimulatedNode node) {
        if (cloud.cut() && node == home()) {
            return;
        }
        StandingOrders standing = ledger.standing.get(node.name);
        if (standing != null) {
            node.on(standing);
        }
        List<Order> mine = orders.getOrDefault(node.name, List.of());
        int from = taken.getOrDefault(node.name, 0);
        if (from > 0 && !calm && schedule.chance(faults.late())) {
            from = Math.max(0, from - 3);
        }
        List<Order> fresh = List.copyOf(mine.subList(from, mine.size()));
        taken.put(node.name, mine.size());
        fresh.forEach(node::on);
        if (!calm && schedule.chance(faults.crash() / 10)) {
            node.crash();
        }
    }

    private void tick() {
        ledger.inputs.add(new Input.Ticked());
        schedule.after(Duration.ofSeconds(1), this::tick);
    }

    private void poll() {
        for (Owner owner : List.copyOf(owners)) {
            do {
                step(owner);
            } while (calm && owners.contains(owner) && owner.next < ledger.inputs.size());
        }
        schedule.soon(calm ? 2_000 : 300, this::poll);
    }

    private void step(Owner owner) {
        if (owner.next >= ledger.inputs.size() || (!calm && owner != owners.getLast() && schedule.chance(0.8))) {
            return;
        }
        Input input = ledger.inputs.get(owner.next);
        var step = owner.orchestrator.step(input, view, schedule.now());
        owner.next++;
        if (!calm && schedule.chance(faults.crash() / 4)) {
            restart(owner);
        } else if (!ledger.commit(step, owner.next, owner.generation, faults.fencing())) {
            owners.remove(owner);
        } else if (!calm && schedule.chance(faults.crash() / 4)) {
            restart(owner);
        } else if (!step.events().isEmpty() && !owner.orchestrator.state().equals(ledger.truth)) {
            throw new AssertionError(
                    "live state is not what the journal says: " + owner.orchestrator.state() + " vs " + ledger.truth);
        }
    }

    private void restart(Owner dead) {
        owners.remove(dead);
        if (owners.isEmpty()) {
            view = seenAnew();
            owners.add(new Owner(ledger, planner));
        }
    }

    /// What a process that starts can read of it: the last heartbeats, all notices, and standing
    /// orders. It hears all of them now, whenever they were said.
    private View seenAnew() {
        Instant now = schedule.now();
        View fresh = new View(Map.of(), view.reclaims(), view.promises(), Map.of(), view.outlook());
        for (View.Seen seen : view.nodes().values()) {
            if (!seen.heartbeat().at().plus(LOOK_BACK).isBefore(now)) {
                fresh = fresh.with(seen.heartbeat(), now);
            }
        }
        return faults.recall() == Faults.Recall.ON ? fresh.remembering(ledger.standing.values(), now) : fresh;
    }

    /// Another process takes over; the former owner does not know yet.
    private void rebalance() {
        schedule.soon(60_000, () -> {
            if (!calm) {
                owners.add(new Owner(ledger, planner));
                rebalance();
            }
        });
    }

    private void check() {
        new Always(ledger, nodes.values()).check(workloads);
    }

    private void check(Step step) {
        new Always(ledger, nodes.values()).check(step, view);
    }

    /// What was said to be lost by going back to checkpoints of what ran on.
    List<Duration> losses() {
        return losses;
    }

    String outcome() {
        return ledger.truth.migrations().stream()
                .map(migration -> migration.getClass().getSimpleName())
                .sorted()
                .toList()
                .toString();
    }
}
