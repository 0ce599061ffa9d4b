package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.edge.objectstore.FaultyStore;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.process.ProcessSpec;
import dev.lifeboat.edge.process.ProcessWorkloads;
import dev.lifeboat.migration.Report;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store that is too slow holds CRIU back, not the agent's memory: real CRIU, a real process, the production agent.
final class BackPressureIT {
    /// More than twice the budget once it is compressed, so that a dump that is not held back shows.
    private static final int MEBIBYTES = 480;

    private static final ByteCount FOR_PAGES = ByteCount.ofMebi(8);
    private static final int PARTS = 6;

    /// Each worker's own buffers, and what else this JVM keeps off its heap.
    private static final ByteCount BESIDE = ByteCount.ofMebi(16);

    private static final Duration WINDOW = Duration.ofMinutes(10);

    @TempDir
    private Path folder;

    private Path scratch;
    private CriuCheckpointer checkpointer;
    private CountingVictim victim;
    private long pid;

    @BeforeEach
    void startVictim() throws Exception {
        scratch = Files.createTempDirectory(Path.of("/dev/shm"), "back-pressure-");
        checkpointer = new CriuCheckpointer(
                Crius.DEFAULT.path(), new CriuOnLinux(), Files.createDirectories(folder.resolve("criu")));
        Path spec = CountingVictim.spec(folder.resolve("victim.json"), MEBIBYTES);
        victim = new CountingVictim(workloads("node-a").folder(CountingVictim.ID));
        pid = workloads("node-a").start(ProcessSpec.read(spec), spec);
        CountingVictim.awaits("its first line", () -> victim.ticks() > 0);
    }

    @AfterEach
    void leaveNothing() throws IOException {
        victim.processes().forEach(each -> ProcessHandle.of(each).ifPresent(ProcessHandle::destroyForcibly));
        FileUtils.deleteDirectory(scratch.toFile());
    }

    @Test
    void aSlowStoreHoldsTheDumpBackAndNotMoreMemoryThanItsBudget() throws Exception {
        KeyFile key = KeyFile.read(Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4)));
        var store = FaultyStore.over(new StoreLocation.Folder(folder.resolve("store")));
        try (var checkpoints = store.checkpoints(key, FOR_PAGES);
                var source = agent("node-a", checkpoints);
                var target = agent("node-b", checkpoints)) {
            store.holdParts();
            long before = direct();

            source.orderSave(WINDOW);
            CountingVictim.awaits("every part's buffer to wait for the store", () -> store.waiting() == PARTS);
            long held = direct() - before;
            store.heal();
            var stored = (Report.Stored) source.answer();

            // Less than nothing, where other tests' buffers were freed meanwhile.
            System.out.println("BackPressureIT: pages " + stored.pages() + ", stored " + stored.stored() + ", held "
                    + held + " B more, afterwards " + (direct() - before) + " B");
            ByteCount most = FaultyStore.budget(FOR_PAGES).plus(BESIDE);
            assertThat(stored.stored()).isGreaterThan(most);
            // Buffers are kept for the next save, so what is there now is the most that ever was.
            assertThat(direct() - before).isLessThanOrEqualTo(most.bytes());

            CountingVictim.awaits("the reaper", () -> !Files.exists(Path.of("/proc/" + pid)));
            assertThat(target.restore()).isInstanceOf(Report.Resumed.class);
            victim.goesOn();
        }
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private ProcessWorkloads workloads(String node) throws IOException {
        return new ProcessWorkloads(folder.resolve("workloads"), folder.resolve(node));
    }

    private AgentUnderTest agent(String node, CheckpointStore checkpoints) throws IOException {
        var host = AgentUnderTest.host(node, checkpointer, Files.createDirectories(scratch.resolve(node)));
        return new AgentUnderTest(host, workloads(node), checkpointer, checkpoints);
    }
}
