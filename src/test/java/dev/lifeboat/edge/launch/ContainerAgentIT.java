package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Provided;
import dev.lifeboat.agent.Evacuee;
import dev.lifeboat.edge.criu.ContainerImage;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.edge.criu.runc.RuncContainers;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.edge.process.ProcessSpec;
import dev.lifeboat.edge.process.ProcessWorkloads;
import dev.lifeboat.migration.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A container goes from one production agent to another, through the store.
final class ContainerAgentIT {
    private static final String NAME = "demo_victim";
    private static final Duration WINDOW = Duration.ofMinutes(2);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @TempDir
    private Path folder;

    private Path criu;
    private Path scratch;
    private StoredCheckpoints store;

    @BeforeEach
    void provide() throws Exception {
        Provided.root();
        criu = Crius.SID.path();
        scratch = Files.createTempDirectory(Path.of("/dev/shm"), "lifeboat-it-");
        Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4));
        store = new StoredCheckpoints(
                new StoreLocation.Folder(folder.resolve("store")),
                KeyFile.read(key),
                StoredCheckpoints.Settings.usual());
        open.push(store);
    }

    @AfterEach
    void leaveNothing() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        FileUtils.deleteDirectory(scratch.toFile());
    }

    @Test
    void aContainerIsSavedByOneAgentAndGoesOnUnderAnother() throws Exception {
        var image = ContainerImage.make(folder);
        Path spec = Files.writeString(
                folder.resolve("workload.json"),
                "{\"id\": \"%s\", \"container\": {\"config\": \"%s\", \"layers\": [\"%s\"]}}"
                        .formatted(CountingVictim.ID, image.config(ContainerImage.Kind.PLAIN), image.layer()));
        Node first = new Node("node-a");
        first.workloads.start(ProcessSpec.read(spec), spec);
        long before = first.steps(3);

        assertThat(first.agent.save(WINDOW)).isInstanceOf(Report.Stored.class);
        assertThat(first.workloads.running()).isEmpty();
        assertThat(folder.resolve("node-a/bundles").resolve(NAME)).doesNotExist();
        Node second = new Node("node-b");
        assertThat(second.agent.restore()).isInstanceOf(Report.Resumed.class);

        assertThat(second.workloads.running())
                .extracting(Evacuee::origin)
                .containsExactly(Optional.of(AgentUnderTest.CHECKPOINT));
        assertThat(second.steps(before + 3)).isGreaterThan(before);
        ContainerImage.wholeAndUnbroken(second.log());
    }

    private final class Node {
        private final Path state;
        private final ProcessWorkloads workloads;
        private final AgentUnderTest agent;

        Node(String name) throws IOException {
            state = folder.resolve(name);
            var containers = new RuncContainers(ContainerImage.runc(), criu, state);
            workloads = new ProcessWorkloads(
                    folder.resolve("workloads"), state.resolve("memory"), new RuncWorkloads(containers));
            var checkpointer = new CriuCheckpointer(criu, new CriuOnLinux(), folder, containers);
            Path own = Files.createDirectories(scratch.resolve(name));
            agent = new AgentUnderTest(AgentUnderTest.host(name, checkpointer, own), workloads, checkpointer, store);
            open.push(agent);
            open.push(() -> workloads.kill(CountingVictim.ID));
        }

        Path log() {
            return state.resolve("bundles").resolve(NAME).resolve("rootfs").resolve(ContainerImage.LOG);
        }

        /// How many it has made, once there are so many.
        long steps(long atLeast) throws Exception {
            CountingVictim.awaits(atLeast + " steps", () -> Files.exists(log()) && made() >= atLeast);
            return made();
        }

        private long made() throws IOException {
            return Files.readAllLines(log()).size();
        }
    }
}
