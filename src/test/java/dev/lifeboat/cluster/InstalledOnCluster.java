package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What a user gets: helm has installed the chart, and its own pods, agents with the chart's capabilities among them,
/// carry pods from node to node. Nothing of Lifeboat is on the nodes but what the chart has put there.
final class InstalledOnCluster {
    private static final String HOME = "home";
    private static final String OTHER = "other";
    private static final String COUNTING = "src/test/resources/cluster/evacuated.yaml";
    private static final String TOLERANT = "src/test/resources/cluster/tolerant.yaml";
    private static final String ENDING = "src/test/resources/cluster/ending.yaml";

    /// The chart has put it there.
    private static final String CRIU = "/opt/lifeboat/bin/criu";

    private static final List<String> APPS = List.of("deployed", "stateful", "once");

    private static final KubernetesClient CLIENT = ControlPlane.client();

    @RegisterExtension
    static final Aftermath AFTERMATH = new Aftermath(Aftermath::installed);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Nodes nodes;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Disks disks;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Installed installed;

    private final Map<String, Long> before = new HashMap<>();

    @BeforeAll
    static void install() throws Exception {
        nodes = Nodes.startBare(HOME, OTHER);
        disks = Disks.start(nodes, folder, CLIENT);
        disks.join(HOME, OTHER);
        installed = Installed.install(nodes, folder);
        kubectl("apply", "-f", TOLERANT);
        kubectl("wait", "--for=condition=Accepted", "evacuationpolicy/tolerant", "--timeout=2m");
    }

    @AfterAll
    static void remove() throws Exception {
        try (var _ = CLIENT;
                var _ = installed;
                var _ = disks) {
            // First the nodes: no pod's own time to end is waited for.
            nodes.close();
        }
    }

    @AfterEach
    void clear() throws Exception {
        Disks.release("stateful");
        kubectl("delete", "--ignore-not-found", "--wait=false", "-f", COUNTING, "-f", ENDING);
        kubectl("delete", "pods", "--all", "-n", "default", "--force", "--grace-period=0");
        kubectl("uncordon", HOME);
    }

    @Test
    void aCanaryReachesEveryNode() throws Exception {
        String said = ControlPlane.run(
                        "helm", "test", Installed.RELEASE, "-n", Installed.NAMESPACE, "--logs", "--timeout", "4m")
                .well();

        assertThat(said).contains("to " + HOME, "to " + OTHER, "acknowledged after");
    }

    /// One of the orchestrators and the watcher are evicted with the rest.
    @Test
    void whatADrainEvictsUnderLoadGoesOnElsewhere() throws Exception {
        count(COUNTING, APPS);
        try (var load = Load.on(CLIENT, APPS)) {
            for (String app : APPS) {
                Crew.await(app + " answers", () -> load.answers(app) > 20);
            }

            ControlPlane.awaitThat(() -> known(HOME) == APPS.size());

            drain();

            for (String app : APPS) {
                long earlier = Objects.requireNonNull(before.get(app));
                new Counter(CLIENT, app).wentOn(HOME, earlier);
                long until = load.answers(app) + 20;
                Crew.await(app + " answers elsewhere", () -> load.answers(app) > until);
            }
        }
        disks.broughtTo(OTHER, "stateful");
        // The Job ends as its program does.
        kubectl("exec", "job/once", "--", "touch", "/stop");
        kubectl("wait", "--for=condition=complete", "job/once", "--timeout=3m");
    }

    /// Each attempt to restore it fails, for its destination has lost CRIU. The policy's fallback is
    /// the standard one: to start it cold.
    @Test
    void whatCannotBeRestoredStartsColdAndEndsWithItsOwnCode() throws Exception {
        count(ENDING, List.of("ending"));
        nodes.enter(OTHER, "mv", CRIU, CRIU + ".away").well();
        try {
            drain();
            var cold = new Counter(CLIENT, "ending");
            assertThat(cold.awaitOn(OTHER)).isLessThan(Objects.requireNonNull(before.get("ending")));

            kubectl("exec", "deployment/ending", "--", "touch", "/stop");

            Crew.await("the kubelet has seen its code", () -> cold.codes().contains(7));
        } finally {
            nodes.enter(OTHER, "mv", CRIU + ".away", CRIU).well();
        }
    }

    private void count(String workloads, List<String> apps) throws Exception {
        kubectl("cordon", OTHER);
        kubectl("apply", "-f", workloads);
        for (String app : apps) {
            new Counter(CLIENT, app).await(1);
        }
        kubectl("uncordon", OTHER);
        for (String app : apps) {
            assertThat(new Counter(CLIENT, app).node()).isEqualTo(HOME);
            before.put(app, new Counter(CLIENT, app).await(50));
        }
    }

    /// How many workloads may have their connections closed, as that node's agent knows it from its standing orders.
    private static long known(String node) throws IOException, InterruptedException {
        String orders = nodes.enter(node, "cat", "/var/lib/lifeboat/standing-orders.json")
                .words();
        return Pattern.compile("\"CLOSE\"").matcher(orders).results().count();
    }

    /// As people type it; one of the orchestrators and the watcher have scratch volumes.
    private static void drain() throws Exception {
        kubectl("drain", HOME, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=4m");
    }

    private static void kubectl(String... arguments) throws IOException, InterruptedException {
        ControlPlane.run("kubectl", arguments).well();
    }
}
