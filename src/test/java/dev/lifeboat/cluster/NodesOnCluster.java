package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// That nodes are nodes: what the suites on them rest upon.
final class NodesOnCluster {
    private static final List<String> BOTH = List.of("node-a", "node-b");
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(3);

    @SuppressWarnings("NullAway.Init") // set before each test
    private Nodes nodes;

    /// Where the counter was first.
    private String node = "";

    @BeforeEach
    void start() throws Exception {
        nodes = Nodes.start(BOTH.toArray(String[]::new));
    }

    @AfterEach
    void stop() throws Exception {
        kubectl("delete", "deployment", "counter", "--ignore-not-found", "--cascade=foreground");
        nodes.close();
    }

    @Test
    void aPodsLogAndItsInsideAreToBeHad() throws Exception {
        deploy();

        awaitCount(5);
        assertThat(kubectl("exec", "deployment/counter", "--", "cat", "/proc/1/comm")
                        .strip())
                .isEqualTo("count");
        assertThat(nodes.enter(node(), "ctr", "-n", "k8s.io", "containers", "list")
                        .well())
                .contains(Nodes.IMAGE);
    }

    @Test
    void podsOfBothNodesReachOneAnother() throws Exception {
        deploy();
        String address = kubectl("get", "pod", "-l", "app=counter", "-o", "jsonpath={.items[0].status.podIP}");
        String other =
                BOTH.stream().filter(each -> !each.equals(node)).findFirst().orElseThrow();
        kubectl("cordon", node);
        kubectl("scale", "deployment/counter", "--replicas=2");
        kubectl("rollout", "status", "deployment/counter", "--timeout=3m");
        String there =
                kubectl("get", "pod", "-l", "app=counter", "--field-selector", "spec.nodeName=" + other, "-o", "name");

        String said = kubectl("exec", there.strip(), "--", "wget", "-qO-", "http://" + address + ":8080/counts");

        assertThat(said).startsWith("1\n");
    }

    /// What Lifeboat is for: without it a counter starts again.
    @Test
    void aDrainedNodesPodStartsAgainOnTheOther() throws Exception {
        deploy();
        String first = node;
        awaitCount(20);

        kubectl("drain", first, "--timeout=3m");
        kubectl("rollout", "status", "deployment/counter", "--timeout=3m");

        assertThat(node()).isNotEqualTo(first);
        assertThat(counts().getFirst()).isEqualTo("1");
    }

    @Test
    void aNodeThatIsPoweredOffTakesAllItsProcessesAlong() throws Exception {
        deploy();
        awaitCount(1);
        Path there = Path.of("/proc/" + nodes.pid(node) + "/ns/pid");
        // Unless somebody holds it, the kernel gives a namespace's number to the next one: a neighbour's container.
        try (var _ = new FileInputStream(there.toFile())) {
            String namespace = Files.readSymbolicLink(there).toString();
            assertThat(processesOf(namespace)).isPositive();

            nodes.powerOff(node);

            assertThat(processesOf(namespace)).isZero();
        }
    }

    @Test
    void nothingIsLeftOfNodesThatWereStopped() throws Exception {
        deploy();
        String number =
                Files.readString(ControlPlane.folder().resolve("nodes/number")).strip();
        kubectl("delete", "deployment", "counter", "--cascade=foreground");

        nodes.close();

        assertThat(NetworkInterface.getByName("lifeboat" + number)).isNull();
        assertThat(nodes.folder("node-a")).doesNotExist();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                .doesNotContain(nodes.folder("node-a").toString());
        try (var groups = Files.find(
                Path.of("/sys/fs/cgroup"),
                2,
                (path, _) -> path.getFileName().toString().startsWith("lifeboat-" + number + "-"))) {
            assertThat(groups).isEmpty();
        }
    }

    private void deploy() throws Exception {
        kubectl("apply", "-f", "src/test/resources/cluster/counter.yaml");
        kubectl("rollout", "status", "deployment/counter", "--timeout=3m");
        node = node();
    }

    private static String node() throws Exception {
        return kubectl("get", "pod", "-l", "app=counter", "-o", "jsonpath={.items[0].spec.nodeName}");
    }

    private static void awaitCount(long atLeast) throws Exception {
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        while (counts().size() < atLeast) {
            assertThat(System.nanoTime()).as("it counts to %d", atLeast).isLessThan(giveUp);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private static List<String> counts() throws Exception {
        return kubectl("logs", "deployment/counter").lines().toList();
    }

    private static long processesOf(String namespace) throws IOException {
        try (var all = Files.list(Path.of("/proc"))) {
            return all.map(each -> each.resolve("ns/pid"))
                    .filter(each -> {
                        try {
                            return Files.readSymbolicLink(each).toString().equals(namespace);
                        } catch (IOException e) {
                            return false; // no process, or one that has just ended
                        }
                    })
                    .count();
        }
    }

    private static String kubectl(String... arguments) throws IOException, InterruptedException {
        return ControlPlane.run("kubectl", arguments).well();
    }
}
