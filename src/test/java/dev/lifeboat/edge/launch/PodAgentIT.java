package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.Drawn;
import dev.lifeboat.Provided;
import dev.lifeboat.agent.CheckpointStore.Claim;
import dev.lifeboat.agent.CheckpointStore.ClaimAnswer;
import dev.lifeboat.agent.Checkpointer;
import dev.lifeboat.agent.Evacuee;
import dev.lifeboat.edge.criu.ContainerImage;
import dev.lifeboat.edge.criu.Containerd;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.edge.criu.RecordingSink;
import dev.lifeboat.edge.criu.runc.PodContainers;
import dev.lifeboat.edge.criu.runc.PodIdentity;
import dev.lifeboat.edge.criu.runc.Pods;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.edge.process.PodWorkloads;
import dev.lifeboat.migration.Report;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A container of one containerd goes on under another, from agent to agent through the store. What
/// a kubelet and an API server do is done here by hand.
final class PodAgentIT {
    private static final Duration WINDOW = Duration.ofMinutes(2);
    private static final String NAME = "pod-" + ProcessHandle.current().pid() + "-";

    private static final ByteCount MOST = ByteCount.ofMebi(64);

    /// What may be in a folder: src/test/resources/container/changes.py.
    private static final Path THINGS = Drawn.top().resolve("src/test/resources/container/changes.py");

    /// The emptyDirs of its pod, by where they are mounted: the first has the program's log, the others its socket, and
    /// a file that is open though it was deleted.
    private static final List<String> VOLUMES = List.of("var-log", "run", "tmp");

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @TempDir
    private Path folder;

    private Path criu;
    private Path scratch;
    private Path config;
    private ContainerImage image;
    private StoredCheckpoints store;
    private Containerd containerd;

    @BeforeEach
    void provide() throws Exception {
        Provided.root();
        criu = Crius.SID.path();
        scratch = Files.createTempDirectory(Path.of("/dev/shm"), "lifeboat-it-");
        open.push(() -> FileUtils.deleteDirectory(scratch.toFile()));
        image = ContainerImage.make(folder);
        config = image.config(ContainerImage.Kind.PLAIN);
        Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4));
        store = new StoredCheckpoints(
                new StoreLocation.Folder(folder.resolve("store")),
                KeyFile.read(key),
                StoredCheckpoints.Settings.usual());
        open.push(store);
        containerd = Containerd.start(
                folder.resolve("containerd"), Containerd.wrapper(folder), criu, scratch.resolve("restores"));
        open.push(containerd);
    }

    @AfterEach
    void leaveNothing() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void aPodsContainerIsSavedByOneAgentAndGoesOnInAnotherPod() throws Exception {
        Node first = new Node("a");
        assertThat(first.start(Map.of())).isEmpty();
        long before = first.steps(3);
        Path things = Files.createDirectory(first.volume.resolve("things"));
        Containerd.call(List.of("python3", THINGS.toString(), "make", things.toString()));
        assertThat(first.workloads.running())
                .allSatisfy(
                        pod -> assertThat(pod.workload().footprint().shared()).isGreaterThan(ByteCount.ofMebi(8)));

        assertThat(first.agent.save(WINDOW)).isInstanceOf(Report.Stored.class);
        assertThat(first.deleted).containsExactly(CountingVictim.ID.name());
        assertThat(first.workloads.running()).isEmpty();
        Node second = new Node("b");
        // As its init containers leave it.
        Files.writeString(second.log(), "1 again\n");
        Files.writeString(second.volume("run").resolve("victim.sock"), "in the way");
        Files.writeString(second.volume.resolve("stale"), "");
        assertThat(second.agent.restore()).isInstanceOf(Report.Resumed.class);

        assertThat(second.workloads.running())
                .extracting(Evacuee::origin)
                .containsExactly(Optional.of(AgentUnderTest.CHECKPOINT));
        Files.createFile(second.volume.resolve("ask"));
        assertThat(second.steps(second.steps(before) + 3)).isGreaterThan(before);
        assertThat(second.networks().getFirst()).isEqualTo(second.networks().getLast());
        ContainerImage.wholeAndUnbroken(second.log());
        assertThat(second.volume.resolve("stale")).doesNotExist();
        assertThat(shown(second.volume.resolve("things")))
                .isEqualTo(shown(things))
                .contains("security.capability", "0o104755 1234 4321");
    }

    private static String shown(Path folder) throws IOException, InterruptedException {
        return Containerd.call(List.of("python3", THINGS.toString(), "show", folder.toString()));
    }

    @Test
    void containerdHearsNothingOfACheckpointOfWhatRunsOn() throws Exception {
        Node node = new Node("a");
        assertThat(node.start(Map.of())).isEmpty();
        long before = node.steps(3);
        long pid = node.running().getFirst().pid();
        String seen = node.seen();

        var outcome = node.checkpointer.dump(
                new Checkpointer.Source(pid, Files.createDirectory(scratch.resolve("metadata")), WINDOW),
                new RecordingSink(),
                () -> {
                    assertThat(node.seen()).isEqualTo(seen);
                    return Checkpointer.Verdict.THAW;
                });

        assertThat(outcome).isInstanceOf(Checkpointer.DumpOutcome.Thawed.class);
        node.steps(before + 3);
        assertThat(node.seen()).contains("RUNNING").isEqualTo(seen);
        ContainerImage.wholeAndUnbroken(node.log());
    }

    @Test
    void anAgentThatHasLostTheClaimLetsNothingRun() throws Exception {
        Node first = new Node("a");
        assertThat(first.start(Map.of())).isEmpty();
        first.steps(3);
        assertThat(first.agent.save(WINDOW)).isInstanceOf(Report.Stored.class);
        Node second = new Node("b");
        second.meanwhile = () -> assertThat(store.claim(AgentUnderTest.CHECKPOINT, new Claim("another", 2)))
                .isInstanceOf(ClaimAnswer.Won.class);

        assertThat(second.agent.restore()).isInstanceOf(Report.RestoreFailed.class);

        CountingVictim.awaits(
                "the start fails", () -> second.said.stream().anyMatch(word -> word.contains("agent says no")));
        assertThat(second.deleted).containsExactly(CountingVictim.ID.name());
        CountingVictim.awaits(
                "nothing is left", () -> second.workloads.running().isEmpty());
    }

    /// One node with one pod, and all that a cluster would do for the two.
    private final class Node implements Pods, PodWorkloads.Pods {
        private final String container;
        private final Path own;
        private final Path volume;
        private final PodContainers containers;
        private final PodWorkloads workloads;
        private final CriuCheckpointer checkpointer;
        private final AgentUnderTest agent;
        private final List<String> deleted = new CopyOnWriteArrayList<>();
        private final List<String> said = new CopyOnWriteArrayList<>();
        private Runnable meanwhile = () -> {};

        Node(String name) throws Exception {
            container = NAME + name;
            own = Files.createDirectories(folder.resolve("node-" + name));
            for (String each : VOLUMES) {
                Files.createDirectories(volume(each));
            }
            volume = volume(VOLUMES.getFirst());
            for (String each : List.of("upper", "work", "rootfs")) {
                Files.createDirectory(own.resolve(each));
            }
            assertThat(Containerd.call(List.of(
                            "mount",
                            "-t",
                            "overlay",
                            "overlay",
                            "-o",
                            "lowerdir=" + image.layer() + ",upperdir=" + own.resolve("upper") + ",workdir="
                                    + own.resolve("work"),
                            own.resolve("rootfs").toString())))
                    .isEmpty();
            open.push(() ->
                    Containerd.call(List.of("umount", own.resolve("rootfs").toString())));
            assertThat(Containerd.call(List.of("ip", "netns", "add", container)))
                    .isEmpty();
            open.push(() -> Containerd.call(List.of("ip", "netns", "delete", container)));
            assertThat(Containerd.call(List.of("ip", "-n", container, "link", "set", "lo", "up")))
                    .isEmpty();
            containers = new PodContainers(Containerd.STATE, scratch.resolve("restores"), this, MOST);
            workloads = new PodWorkloads(own.resolve("memory"), this);
            checkpointer = new CriuCheckpointer(criu, new CriuOnLinux(), own, containers);
            Path tmpfs = Files.createDirectories(scratch.resolve(name));
            agent = new AgentUnderTest(AgentUnderTest.host(name, checkpointer, tmpfs), workloads, checkpointer, store);
            open.push(agent);
            open.push(() -> containerd.delete(container));
        }

        /// As a kubelet lays it out.
        private Path volume(String name) {
            return own.resolve("pods")
                    .resolve(container)
                    .resolve("volumes/kubernetes.io~empty-dir")
                    .resolve(name);
        }

        /// @return what containerd complains of
        String start(Map<String, String> annotations) throws IOException, InterruptedException {
            var json = new JsonMapper();
            var mine = (ObjectNode) json.readTree(config.toFile());
            mine.withObjectProperty("root").put("path", own.resolve("rootfs").toString());
            // As a pod's sandbox gives it one.
            mine.withObjectProperty("linux")
                    .withArrayProperty("namespaces")
                    .addObject()
                    .put("type", "network")
                    .put("path", "/run/netns/" + container);
            var mounts = mine.withArrayProperty("mounts");
            mounts.removeIf(each -> each.path("destination").asText().equals("/tmp"));
            for (String each : VOLUMES) {
                mounts.addObject()
                        .put("type", "bind")
                        .put("source", volume(each).toString())
                        .put("destination", "/" + each.replace('-', '/'))
                        .putArray("options")
                        .add("rbind")
                        .add("rw");
            }
            annotations.forEach(mine.withObjectProperty("annotations")::put);
            Path file = own.resolve("container.json");
            json.writeValue(file.toFile(), mine);
            String words = containerd.run(file, container);
            said.add(words);
            return words;
        }

        @Override
        public List<PodWorkloads.Running> running() {
            try {
                return containers.pid(container).stream()
                        .map(pid -> new PodWorkloads.Running(
                                CountingVictim.ID, pid, "StatefulSet", "class", Map.of(), weight()))
                        .toList();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        private ByteCount weight() {
            try {
                return containers.volumes(container, container).bytes();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        @Override
        public Optional<PodIdentity> of(String id) {
            return Optional.of(identity()).filter(_ -> id.equals(container));
        }

        @Override
        public Map<String, String> beside(String id) {
            return Map.of();
        }

        private PodIdentity identity() {
            return new PodIdentity(
                    CountingVictim.ID.namespace(), CountingVictim.ID.name(), container, "owner", "main", "image");
        }

        /// A kubelet that hears of it asks the container to end.
        @Override
        public void delete(PodIdentity pod, Duration left) {
            deleted.add(pod.name());
            Thread.ofVirtual().start(() -> quietly(() -> containerd.ctr("task", "kill", "-s", "SIGTERM", container)));
        }

        @Override
        public void delete(WorkloadId pod) {
            // It has been, just before its container was killed.
        }

        @Override
        public @Nullable Duration bears(WorkloadId pod) {
            return null;
        }

        @Override
        public Set<String> volumeZones(WorkloadId pod) {
            return Set.of();
        }

        @Override
        public void ask(WorkloadId pod) {
            throw new AssertionError("nobody is asked to end here");
        }

        /// The container's start does not return before this agent has let it go.
        @Override
        public PodIdentity land(PodIdentity saved, String restore, Duration left) {
            assertThat(saved.owner()).isEqualTo("owner");
            meanwhile.run();
            var wanted = Map.of("lifeboat.dev/restore", restore, "lifeboat.dev/gate", "ask");
            Thread.ofVirtual().start(() -> quietly(() -> start(wanted)));
            return identity();
        }

        @Override
        public void landed(PodIdentity pod) {}

        private void quietly(Work work) {
            try {
                work.run();
            } catch (Exception broken) {
                said.add(broken.toString());
            }
        }

        /// What containerd says of it: its first process, and whether that runs.
        String seen() throws InterruptedException {
            try {
                return containerd.ctr("task", "list");
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        Path log() {
            return volume.resolve(Path.of(ContainerImage.LOG).getFileName());
        }

        /// That of its first process, and the one that it was given.
        List<Object> networks() throws IOException {
            Path its = Path.of("/proc", Long.toString(running().getFirst().pid()), "ns/net");
            return List.of(
                    Files.getAttribute(its, "unix:ino"),
                    Files.getAttribute(Path.of("/run/netns", container), "unix:ino"));
        }

        /// How many it has made, once there are so many.
        long steps(long atLeast) throws Exception {
            CountingVictim.awaits(atLeast + " steps " + said, () -> Files.exists(log()) && made() >= atLeast);
            return made();
        }

        private long made() throws IOException {
            return Files.readAllLines(log()).size();
        }
    }

    private interface Work {
        void run() throws Exception;
    }
}
