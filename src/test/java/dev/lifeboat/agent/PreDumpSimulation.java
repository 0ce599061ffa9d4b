package dev.lifeboat.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.OrderId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.migration.StandingOrders.Keeping;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.WorkloadId;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two production agents of one node (one is being replaced by the other) pre-dump and save a workload that
/// writes all the while; dumps fail at every point. Whatever is committed must be the workload's memory to
/// the byte. `-Dsimulation.seeds=N` for more, `-Dsimulation.seed=S` for one.
final class PreDumpSimulation {
    private static final long SEEDS = Long.getLong("simulation.seeds", 100);
    private static final long ONE = Long.getLong("simulation.seed", -1);
    private static final int STEPS = 60;
    private static final WorkloadId PI = new WorkloadId("lab", "pi");
    private static final NodeName NODE = new NodeName("node-a");
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path folder;

    /// Whenever somebody asks for one.
    private static final dev.lifeboat.policy.Background OFTEN =
            new dev.lifeboat.policy.Background(Duration.ZERO, Duration.ofMinutes(1), null);

    private long saved;
    private long kept;
    private long inherited;

    @Test
    void whatIsCommittedIsTheMemoryToTheByte() {
        seeds().forEach(seed -> {
            try {
                run(new World(seed, Marks.HELD));
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        });
        System.out.println("PreDumpSimulation: " + saved + " saves committed, " + kept + " checkpoints of what ran on, "
                + inherited + " pages left out");
        if (ONE < 0) {
            assertThat(saved).isGreaterThan(SEEDS);
            assertThat(kept).isGreaterThan(SEEDS);
            assertThat(inherited).isGreaterThan(SEEDS);
        }
    }

    @Test
    void withoutTheMarkAStalePageIsCaught() {
        assertThatThrownBy(() -> {
                    for (long seed = 0; seed < 1_000; seed++) {
                        run(new World(seed, Marks.IGNORED));
                    }
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("page");
    }

    private static LongStream seeds() {
        return ONE < 0 ? LongStream.range(0, SEEDS) : LongStream.of(ONE);
    }

    /// The planted fault: every agent has its own folder, so neither sees what the other has reset.
    private enum Marks {
        HELD,
        IGNORED
    }

    private void run(World world) throws Exception {
        for (int step = 0; step < STEPS; step++) {
            world.step();
        }
        saved += world.saves.size();
        inherited += world.tree.inherited;
    }

    private final class World {
        private final Random chance;
        private final TrackedTree tree;
        private final MemoryCheckpoints store = new MemoryCheckpoints();
        private final List<Agent> agents = new ArrayList<>();
        private final List<CheckpointId> saves = new ArrayList<>();
        private final List<Report> reports = new ArrayList<>();
        private int orders;
        private long clocked;

        World(long seed, Marks marks) throws Exception {
            chance = new Random(seed);
            tree = new TrackedTree(chance, 0.05);
            Path scratch = Files.createTempDirectory(folder, "scratch-");
            for (int number = 0; number < 2; number++) {
                Path own = marks == Marks.HELD ? scratch : Files.createTempDirectory(folder, "own-");
                agents.add(agent(own));
            }
        }

        private Agent agent(Path scratch) {
            var host = new Host(NODE, "criu 4.1.1", "6.12", "cpu", scratch);
            var budget = new Budget(1, ByteRate.ofMegabytes(1e9));
            var ahead = new Ahead(LiveMemory.NONE, budget, Ahead.NONE.gauge(), 4, tree);
            var background = new Background(
                    id -> chance.nextInt(6) == 0 ? Optional.of(new Keeping(id, OFTEN, 3)) : Optional.empty(),
                    (_, _) -> Optional.empty(),
                    this::tried);
            InstantSource clock = () -> NOW.plusMillis(clocked++);
            var outside = new Agent.Outside(
                    reports::add,
                    () -> null,
                    clock,
                    Runnable::run,
                    ahead,
                    null,
                    StandingOrders.Terms::unsaid,
                    background);
            return new Agent(host, new OneTree(PI, tree), tree, store, outside);
        }

        void step() throws Exception {
            tree.write();
            Agent agent = agents.get(chance.nextInt(8) == 0 ? 1 : 0);
            if (chance.nextInt(5) > 0) {
                agent.copyAhead();
            } else {
                save(agent);
            }
        }

        /// Nothing is written while the tree stands still, so its memory afterwards is what was dumped.
        private void save(Agent agent) throws Exception {
            var migration = new MigrationId("pi-" + orders++);
            CheckpointId checkpoint = migration.checkpoint(1);
            var id = new OrderId(migration + "/save-1", migration, NODE);
            agent.on(new Order.Save(id, NODE, PI, checkpoint, 0, NOW.plus(Duration.ofMinutes(2))));
            if (store.committed(checkpoint)) {
                verify(checkpoint);
                saves.add(checkpoint);
                tree.begin();
            }
        }

        /// Nothing is written after its dump here either.
        private void tried(Background.Attempt attempt) {
            if (attempt.result() == Background.Result.COMPLETE) {
                try {
                    verify(store.backgrounds(PI, NODE).getFirst());
                } catch (InterruptedException impossible) {
                    throw new AssertionError(impossible);
                }
                kept++;
            }
        }

        private void verify(CheckpointId checkpoint) throws InterruptedException {
            try (var there = store.open(checkpoint)) {
                for (int page = 0; page < TrackedTree.PAGES; page++) {
                    var back = ByteBuffer.allocate(Extent.PAGE_SIZE);
                    there.pages().read(tree.extent(page, 1), back);
                    assertThat(back.getInt(0))
                            .as("page %d of %s, of what it wrote", page, checkpoint)
                            .isEqualTo(tree.page(page));
                }
            }
        }
    }
}
