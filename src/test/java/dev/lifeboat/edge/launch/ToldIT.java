package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.edge.objectstore.FaultyStore;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.edge.process.ProcessSpec;
import dev.lifeboat.edge.process.ProcessWorkloads;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.SaveFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A workload that cannot be saved in time is told so while it can still act on it: the production agent,
/// real CRIU, a real process that catches SIGTERM, writes a line and ends by itself.
final class ToldIT {
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final String SCRIPT =
            "trap 'echo told >> told; exit 0' TERM; echo up > up; while :; do sleep 0.05; done";

    @TempDir
    private Path folder;

    private Path scratch;
    private FaultyStore store;
    private StoredCheckpoints checkpoints;
    private AgentUnderTest agent;
    private CountingVictim victim;

    @BeforeEach
    void start() throws Exception {
        scratch = Files.createTempDirectory(Path.of("/dev/shm"), "told-");
        var checkpointer = new CriuCheckpointer(
                Crius.DEFAULT.path(), new CriuOnLinux(), Files.createDirectories(folder.resolve("criu")));
        store = FaultyStore.over(new StoreLocation.Folder(folder.resolve("store")));
        checkpoints =
                store.checkpoints(KeyFile.read(Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4))));
        var workloads = new ProcessWorkloads(folder.resolve("workloads"), folder.resolve("node-a"));
        agent = new AgentUnderTest(
                AgentUnderTest.host("node-a", checkpointer, scratch), workloads, checkpointer, checkpoints);
        victim = new CountingVictim(workloads.folder(CountingVictim.ID));
        Path spec = Files.writeString(folder.resolve("spec.json"), """
                {"id": "%s", "command": ["/bin/bash", "-c", "%s"], "class": "trap"}
                """.formatted(CountingVictim.ID, SCRIPT));
        workloads.start(ProcessSpec.read(spec), spec);
        CountingVictim.awaits("its start", () -> Files.exists(victim.folder().resolve("up")));
    }

    @AfterEach
    void leaveNothing() throws Exception {
        store.heal();
        victim.processes().forEach(each -> ProcessHandle.of(each).ifPresent(ProcessHandle::destroyForcibly));
        agent.close();
        checkpoints.close();
        FileUtils.deleteDirectory(scratch.toFile());
    }

    /// What stands frozen runs no trap: that the line is there says that it was thawed before.
    @Test
    void aWorkloadThatIsBeingSavedIsThawedAndThenTold() throws Exception {
        store.stallWrites();
        agent.orderSave(WINDOW);
        CountingVictim.awaits("the freeze", agent::hasFrozen);
        assertThat(victim.folder().resolve("told")).doesNotExist();

        agent.orderToTell();

        assertAborted();
        assertToldOnce();
    }

    @Test
    void oneWhoseSaveHasNotBegunIsToldAsWell() throws Exception {
        agent.orderToTell();
        assertAborted();
        agent.orderToTell();
        assertToldOnce();
    }

    private void assertAborted() throws Exception {
        assertThat(agent.answer())
                .isInstanceOfSatisfying(
                        Report.SaveFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(SaveFailure.ABORTED));
    }

    private void assertToldOnce() throws Exception {
        CountingVictim.awaits("its end", () -> victim.processes().isEmpty());
        assertThat(victim.folder().resolve("told")).hasContent("told");
    }
}
