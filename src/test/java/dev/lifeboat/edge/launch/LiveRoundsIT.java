package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.Ahead;
import dev.lifeboat.agent.Budget;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.edge.linux.ProcessMemory;
import dev.lifeboat.edge.objectstore.FaultyStore;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.edge.process.ProcessSpec;
import dev.lifeboat.edge.process.ProcessWorkloads;
import dev.lifeboat.migration.Report;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rounds that a save's order asks for, over a slow link: the production agent, real CRIU, a real
/// process that changes and checks its own memory.
final class LiveRoundsIT {
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final ByteRate LINK = ByteRate.ofMegabytes(10);

    /// What is left of a link that drops: nothing more comes through while the test looks on.
    private static final ByteRate DROPPED = ByteRate.ofMegabytes(0.5);

    /// Far from what a save with rounds is given: its rounds are not to keep to it.
    private static final Budget BACKGROUND = new Budget(0.0001, ByteRate.ofMegabytes(0.01));

    @TempDir
    private Path folder;

    private Path scratch;
    private CriuCheckpointer checkpointer;

    @BeforeEach
    void prepare() throws Exception {
        scratch = Files.createTempDirectory(Path.of("/dev/shm"), "live-rounds-");
        checkpointer = new CriuCheckpointer(
                Crius.DEFAULT.path(), new CriuOnLinux(), Files.createDirectories(folder.resolve("criu")));
    }

    @AfterEach
    void leaveNothing() throws Exception {
        FileUtils.deleteDirectory(scratch.toFile());
    }

    @Test
    void aRoundShortensTheFreezeAndOneThatIsCutOffStillDoes() throws Exception {
        Report.Stored straight;
        try (var run = new Run("straight")) {
            run.source.orderSave(WINDOW, 0);
            straight = run.stored();
        }
        Report.Stored staged;
        try (var run = new Run("staged")) {
            run.source.orderSave(WINDOW, 1);
            staged = run.stored();
        }
        Report.Stored cut;
        try (var run = new Run("cut")) {
            run.source.orderSave(WINDOW, 1);
            run.awaitsHalfOf(straight.stored());
            run.store.slowTo(DROPPED);
            run.source.orderSave(WINDOW, 0);
            run.store.slowTo(LINK);
            cut = run.stored();
        }
        System.out.println("LiveRoundsIT: frozen without rounds " + straight.frozen() + ", after one " + staged.frozen()
                + ", after one that was cut off " + cut.frozen() + "; final dump stored " + straight.stored() + ", "
                + staged.stored() + ", " + cut.stored());
        assertThat(straight.rounds()).isZero();
        assertThat(staged.rounds()).isEqualTo(1);
        assertThat(cut.rounds()).isZero();
        assertThat(staged.stored().bytes()).isLessThan(straight.stored().bytes() / 2);
        assertThat(staged.frozen()).isLessThan(straight.frozen());
        assertThat(cut.stored().bytes()).isLessThan(straight.stored().bytes());
    }

    /// One victim, saved on one node and restored on another.
    private final class Run implements AutoCloseable {
        private final Path own;
        private final FaultyStore store;
        private final StoredCheckpoints checkpoints;
        private final AgentUnderTest source;
        private final AgentUnderTest target;
        private final CountingVictim victim;
        private final long pid;

        Run(String name) throws Exception {
            own = Files.createDirectories(folder.resolve(name));
            KeyFile key = KeyFile.read(Files.writeString(own.resolve("key"), "0123456789abcdef".repeat(4)));
            store = FaultyStore.over(new StoreLocation.Folder(own.resolve("store")));
            store.slowTo(LINK);
            checkpoints = store.checkpoints(key);
            source = agent("node-a");
            target = agent("node-b");
            Path spec = CountingVictim.spec(own.resolve("victim.json"));
            victim = new CountingVictim(workloads("node-a").folder(CountingVictim.ID));
            pid = workloads("node-a").start(ProcessSpec.read(spec), spec);
            victim.goesOn();
        }

        private ProcessWorkloads workloads(String node) throws Exception {
            return new ProcessWorkloads(own.resolve("workloads"), own.resolve(node));
        }

        private AgentUnderTest agent(String node) throws Exception {
            Path shared = Files.createDirectories(scratch.resolve(own.getFileName() + "-" + node));
            var ahead = new Ahead(new ProcessMemory(), BACKGROUND, new ProcessGauge(), 10);
            return new AgentUnderTest(
                    AgentUnderTest.host(node, checkpointer, shared), workloads(node), checkpointer, checkpoints, ahead);
        }

        void awaitsHalfOf(ByteCount whole) throws Exception {
            CountingVictim.awaits("half of the round", () -> {
                source.reportProgress();
                return source.sent().bytes() > whole.bytes() / 2;
            });
        }

        /// And restored on the other node, where the victim goes on and finds its memory whole.
        Report.Stored stored() throws Exception {
            var stored = (Report.Stored) source.answer();
            store.slowTo(ByteRate.ofMegabytes(1e6));
            CountingVictim.awaits("the reaper", () -> !Files.exists(Path.of("/proc/" + pid)));
            assertThat(target.restore()).isInstanceOf(Report.Resumed.class);
            victim.goesOn();
            return stored;
        }

        @Override
        public void close() {
            for (long each : victim.processes()) {
                ProcessHandle.of(each).ifPresent(process -> {
                    process.destroyForcibly();
                    process.onExit().join();
                });
            }
            source.close();
            target.close();
            checkpoints.close();
        }
    }
}
