package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.Host;
import dev.lifeboat.agent.LazyRestorer;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.edge.criu.SlowPages;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.edge.process.ProcessSpec;
import dev.lifeboat.edge.process.ProcessWorkloads;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Arrival;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The production agent restores a real process whose pages come after it runs.
final class LazyAgentIT {
    private static final Duration WINDOW = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Path scratch;
    private CriuCheckpointer checkpointer;
    private StoredCheckpoints checkpoints;
    private CountingVictim victim;
    private AgentUnderTest target;

    /// What comes late comes slowly, until the test is in a hurry.
    private final SlowPages.Way way = new SlowPages.Way();

    @BeforeEach
    void saveVictim() throws Exception {
        scratch = Files.createTempDirectory(Path.of("/dev/shm"), "lazy-agent-");
        Path logs = Files.createDirectories(folder.resolve("criu"));
        checkpointer = new CriuCheckpointer(Crius.DEFAULT.path(), new CriuOnLinux(), logs);
        checkpoints = new StoredCheckpoints(
                new StoreLocation.Folder(folder.resolve("store")),
                KeyFile.read(Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4))),
                new StoredCheckpoints.Settings(Codec.ZSTD, ByteCount.ofMebi(64), 2));
        Path spec = CountingVictim.spec(folder.resolve("victim.json"));
        victim = new CountingVictim(workloads("node-a").folder(CountingVictim.ID));
        long pid = workloads("node-a").start(ProcessSpec.read(spec), spec);
        LazyRestorer slowly =
                (metadata, pages, gate) -> checkpointer.restoreLazily(metadata, new SlowPages(pages, way), gate);
        target = new AgentUnderTest(host("node-b"), workloads("node-b"), checkpointer, checkpoints, slowly);
        try (var source = new AgentUnderTest(host("node-a"), workloads("node-a"), checkpointer, checkpoints)) {
            victim.goesOn();
            assertThat(source.save(WINDOW)).isInstanceOf(Report.Stored.class);
        }
        CountingVictim.awaits("the reaper", () -> !Files.exists(Path.of("/proc/" + pid)));
    }

    @AfterEach
    void leaveNothing() throws Exception {
        way.hurry();
        victim.processes().forEach(each -> ProcessHandle.of(each).ifPresent(ProcessHandle::destroyForcibly));
        target.close();
        checkpoints.close();
        FileUtils.deleteDirectory(scratch.toFile());
    }

    @Test
    void saysThatItRunsWhileItsPagesComeAndAgainOnceTheyAreThere() throws Exception {
        assertThat(target.restore())
                .isInstanceOfSatisfying(
                        Report.Resumed.class,
                        first -> assertThat(first.missing()).isNotNull());
        assertThat(filling()).exists();

        way.hurry();
        assertThat(target.answer())
                .isInstanceOfSatisfying(
                        Report.Resumed.class,
                        second -> assertThat(second.missing()).isNull());
        assertThat(filling()).doesNotExist();
        victim.goesOn();
    }

    @Test
    void comesBackWholeUnlessItsPolicyWishesOtherwise() throws Exception {
        target.orderRestore(AgentUnderTest.CHECKPOINT, Arrival.WHOLE);
        assertThat(target.answer())
                .isInstanceOfSatisfying(
                        Report.Resumed.class, only -> assertThat(only.missing()).isNull());
        victim.goesOn();
    }

    @Test
    void isNotSavedBeforeItIsWhole() throws Exception {
        target.restore();
        target.orderSaveAgain(Duration.ofMillis(200));
        assertThat(target.answer()).isInstanceOfSatisfying(Report.SaveFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(SaveFailure.DUMP_FAILED);
            assertThat(failed.detail()).contains("waits for pages");
        });
        way.hurry();
        assertThat(target.answer()).isInstanceOf(Report.Resumed.class);
        victim.goesOn();
    }

    @Test
    void isRestoredAgainWholeWhenItsPagesDoNotComeAnyMore() throws Exception {
        target.restore();
        daemon().destroyForcibly();
        assertThat(target.answer())
                .isInstanceOfSatisfying(
                        Report.Resumed.class,
                        again -> assertThat(again.missing()).isNull());
        assertThat(filling()).doesNotExist();
        victim.goesOn();
    }

    private Path filling() {
        return folder.resolve("store/checkpoints")
                .resolve(AgentUnderTest.CHECKPOINT.value())
                .resolve("filling");
    }

    /// This process's own child: others run beside this test.
    private static ProcessHandle daemon() {
        return ProcessHandle.current()
                .children()
                .filter(child -> commandLine(child).contains("lazy-pages"))
                .findFirst()
                .orElseThrow();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    private Host host(String node) throws IOException {
        return AgentUnderTest.host(node, checkpointer, Files.createDirectories(scratch.resolve(node)));
    }

    private ProcessWorkloads workloads(String node) throws IOException {
        return new ProcessWorkloads(folder.resolve("workloads"), folder.resolve(node));
    }
}
