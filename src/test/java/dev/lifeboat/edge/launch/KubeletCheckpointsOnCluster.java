package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.Agent;
import dev.lifeboat.agent.Ahead;
import dev.lifeboat.agent.Checkpointer.RestoreOutcome;
import dev.lifeboat.agent.Evacuee;
import dev.lifeboat.agent.Host;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.cluster.ControlPlane;
import dev.lifeboat.cluster.Nodes;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.edge.criu.archive.ArchiveCheckpointer;
import dev.lifeboat.edge.kubernetes.Kubelet;
import dev.lifeboat.edge.kubernetes.Kubelet.Answer;
import dev.lifeboat.edge.kubernetes.NodePods;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.OrderId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.Obstacle;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real kubelets, asked for checkpoints: over a containerd that can, and over one that cannot. The agent is the production
/// one, in this process; it sees no process of the node, and of its files the archives alone.
final class KubeletCheckpointsOnCluster {
    private static final MigrationId MIGRATION = new MigrationId("kept");
    private static final CheckpointId CHECKPOINT = MIGRATION.checkpoint(1);
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String ACCOUNT = "lifeboat-kubelet-agent";

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path scratch;

    @SuppressWarnings("NullAway.Init") // set by each test
    private Nodes nodes;

    @BeforeEach
    void provide() throws Exception {
        scratch = Files.createTempDirectory(Path.of("/dev/shm"), "lifeboat-kubelet-");
    }

    @AfterEach
    void leaveNothing() throws Exception {
        kubectl("delete", "--ignore-not-found", "--cascade=foreground", "-f", "src/test/resources/cluster/by-kubelet.yaml");
        for (AutoCloseable each : open) {
            each.close();
        }
        try (Stream<Path> files = Files.walk(scratch)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /// The counter was at `seen` when its checkpoint was ordered; it goes on from there, and never from 1.
    @Test
    void aPodThatItsKubeletHasCheckpointedGoesOnOnAnotherNode() throws Exception {
        start("sid", "kubelet-a", "kubelet-b");
        String first = deploy("kubelet-a");
        KubeletPods pods = pods("kubelet-a", token());
        pods.probe();
        await("the pod is weighed", () -> {
            pods.weigh();
            return pods.running().stream()
                    .anyMatch(each -> each.workload().footprint().resident().bytes() > 0);
        });
        assertThat(pods.preflight().lacks()).isEmpty();
        assertThat(pods.preflight().obstructions()).isEmpty();
        long seen = counts(first).getLast();

        Report answer = save(pods, "kubelet-a");

        assertThat(answer).isInstanceOfSatisfying(Report.Stored.class, stored -> System.out.printf(
                "kubelet: pages=%s stored=%s still-for-at-most=%s%n", stored.pages(), stored.stored(), stored.frozen()));
        assertThat(kubectl("get", "pods", "-o", "name")).doesNotContain(first);
        assertThat(archives("kubelet-a")).isEmpty();
        assertThat(restore("kubelet-b")).isInstanceOf(RestoreOutcome.Running.class);

        String second = kubectl("get", "pod", "-l", "app=kept", "-o", "jsonpath={.items[0].metadata.name}");
        await("it counts there", () -> counts(second).size() > 10);
        assertThat(counts(second).getFirst()).isGreaterThan(seen);
        assertThat(kubectl("get", "pod", second, "-o", "jsonpath={.spec.nodeName}")).isEqualTo("kubelet-b");
        assertThat(kubectl("exec", second, "--", "cat", "/srv/file")).isEqualTo("kept\n");
        assertThat(ControlPlane.run("kubectl", "exec", second, "--", "ls", "/bin/wget").code())
                .isNotZero();
        System.out.printf("kubelet: counted to %d before, went on from %d%n", seen, counts(second).getFirst());
    }

    @Test
    void everyRefusalOfARealKubeletHasItsReason() throws Exception {
        start("trixie", "kubelet-old");
        deploy("kubelet-old");
        Kubelet kubelet = kubelet("kubelet-old", token());
        Kubelet stranger = kubelet("kubelet-old", Files.writeString(folder.resolve("none"), "nobody"));
        Kubelet another = new Kubelet(address("kubelet-old"), "some-other-node", authority("kubelet-old"), token());
        open.push(another);
        var running = pods("kubelet-old", token());
        await("it is seen", () -> !running.running().isEmpty());
        String pod = running.running().getFirst().workload().id().name();

        assertThat(why(kubelet, pod, "count")).isEqualTo(Kubelet.Refusal.RUNTIME_UNABLE);
        assertThat(why(kubelet, pod, "none")).isEqualTo(Kubelet.Refusal.KNOWS_NONE);
        assertThat(why(kubelet, "none", "count")).isEqualTo(Kubelet.Refusal.KNOWS_NONE);
        assertThat(why(stranger, pod, "count")).isEqualTo(Kubelet.Refusal.UNAUTHORIZED);
        assertThat(why(another, pod, "count")).isEqualTo(Kubelet.Refusal.UNTRUSTED);
        kubectl("delete", "clusterrolebinding", ACCOUNT);
        await("the right is gone", () -> why(kubelet, pod, "count") == Kubelet.Refusal.FORBIDDEN);
    }

    /// The runtime is found out on a container that may be tried, before anybody's notice.
    @Test
    void aRuntimeThatCannotIsToldBeforeAnyNotice() throws Exception {
        start("trixie", "kubelet-old");
        deploy("kubelet-old");
        KubeletPods known = pods("kubelet-old", token());
        await("it is seen", () -> !known.running().isEmpty());
        String pod = known.running().getFirst().workload().id().name();

        var tried = new KubeletPods(
                cluster("kubelet-old"),
                kubelet("kubelet-old", token()),
                new ArchiveFolder(archiveFolder("kubelet-old"), 1L << 30),
                new Kubelet.Container("default", pod, "count"));
        tried.probe();

        assertThat(tried.preflight().obstructions()).singleElement().satisfies(obstruction -> {
            assertThat(obstruction.obstacle()).isEqualTo(Obstacle.KUBELET);
            assertThat(obstruction.seen()).startsWith("runtime-unable");
        });
        assertThat(save(tried, "kubelet-old"))
                .isInstanceOfSatisfying(Report.SaveFailed.class, failed -> {
                    assertThat(failed.detail()).startsWith("runtime-unable");
                    assertThat(failed.workloadAlive()).isTrue();
                });
    }

    private static Kubelet.Refusal why(Kubelet kubelet, String pod, String container) throws InterruptedException {
        Answer answer = kubelet.checkpoint("default", pod, container, Duration.ofSeconds(30));
        return ((Answer.Refused) answer).why();
    }

    private void start(String suite, String... names) throws Exception {
        nodes = Nodes.startOf(suite, names);
        open.addLast(nodes);
    }

    /// @return the pod's name, once it counts on that node
    private String deploy(String node) throws Exception {
        kubectl("apply", "-f", "src/test/resources/cluster/by-kubelet.yaml");
        await("a pod waits", () -> !name().isEmpty());
        String pod = name();
        kubectl(
                "patch",
                "pod",
                pod,
                "--type=json",
                "-p",
                "[{\"op\":\"add\",\"path\":\"/spec/nodeSelector\",\"value\":{\"kubernetes.io/hostname\":\"" + node
                        + "\"}},{\"op\":\"remove\",\"path\":\"/spec/schedulingGates\"}]");
        kubectl("wait", "--for=condition=Ready", "pod/" + pod, "--timeout=3m");
        await("it counts", () -> counts(pod).size() > 5);
        return pod;
    }

    private static String name() throws Exception {
        return kubectl("get", "pod", "-l", "app=kept", "-o", "jsonpath={.items[*].metadata.name}");
    }

    private NodePods cluster(String node) {
        var client = ControlPlane.client();
        open.push(client);
        var cluster = new NodePods(client, node);
        open.push(cluster);
        return cluster;
    }

    private KubeletPods pods(String node, Path token) throws Exception {
        return new KubeletPods(
                cluster(node), kubelet(node, token), new ArchiveFolder(archiveFolder(node), 1L << 30), null);
    }

    private Kubelet kubelet(String node, Path token) throws IOException {
        var kubelet = new Kubelet(address(node), node, authority(node), token);
        open.push(kubelet);
        return kubelet;
    }

    private URI address(String node) throws IOException {
        String address = Files.readString(nodes.folder(node).resolve("address")).strip();
        return URI.create("https://" + address + ":10250");
    }

    /// The kubelet's own: nothing here signs kubelets' certificates.
    private Path authority(String node) throws IOException {
        return inside(node, "var/lib/kubelet/pki/kubelet.crt");
    }

    private Path archiveFolder(String node) throws IOException {
        return inside(node, "var/lib/kubelet/checkpoints");
    }

    private List<Path> archives(String node) throws IOException {
        try (Stream<Path> files = Files.list(archiveFolder(node))) {
            return files.toList();
        }
    }

    private Path inside(String node, String path) throws IOException {
        return Path.of("/proc", Long.toString(nodes.pid(node)), "root", path);
    }

    private Path token() throws Exception {
        return Files.writeString(folder.resolve("token"), kubectl("create", "token", ACCOUNT));
    }

    private StoredCheckpoints store() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4));
        var store = new StoredCheckpoints(
                new StoreLocation.Folder(folder.resolve("store")),
                KeyFile.read(key),
                StoredCheckpoints.Settings.usual());
        open.push(store);
        return store;
    }

    private Report save(KubeletPods pods, String node) throws Exception {
        var host = new Host(new NodeName(node), "kubelet", Machine.kernel(), Machine.model(), scratch);
        var tasks = Executors.newVirtualThreadPerTaskExecutor();
        open.push(tasks::shutdownNow);
        var outside = new Agent.Outside(reports::add, () -> null, InstantSource.system(), tasks, Ahead.NONE);
        var agent = new Agent(host, pods, new ArchiveCheckpointer(pods), store(), outside);
        Evacuee evacuee = pods.running().getFirst();
        agent.on(new Order.Save(
                new OrderId("kept/save-1", MIGRATION, host.node()),
                host.node(),
                evacuee.workload().id(),
                CHECKPOINT,
                0,
                Instant.now().plus(PATIENCE)));
        return answer();
    }

    private Report answer() throws InterruptedException {
        while (true) {
            Report next = reports.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(next).as("an answer within %s", PATIENCE).isNotNull();
            if (next instanceof Report.Stored || next instanceof Report.SaveFailed) {
                return next;
            }
        }
    }

    /// By the backend that has privileges, as on every node that takes workloads in.
    private RestoreOutcome restore(String node) throws Exception {
        var here = new PodsHere(
                cluster(node),
                inside(node, "run/containerd/runc/k8s.io"),
                Files.createDirectories(inside(node, "run/lifeboat/restores")));
        var checkpointer = new CriuCheckpointer(Crius.SID.path(), new CriuOnLinux(), folder, here.containers());
        Path metadata = Files.createDirectory(scratch.resolve("restore"));
        try (var saved = store().open(CHECKPOINT)) {
            for (String file : saved.files()) {
                saved.fetch(file, metadata.resolve(file.substring("criu/".length())));
            }
            return checkpointer.restore(metadata, saved.pages(), _ -> true);
        }
    }

    private static List<Long> counts(String pod) throws Exception {
        return kubectl("logs", pod).lines().map(Long::valueOf).toList();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(giveUp);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private static String kubectl(String... arguments) throws IOException, InterruptedException {
        return ControlPlane.run("kubectl", arguments).well();
    }
}
