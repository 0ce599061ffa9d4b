package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// As [EvacuationOnCluster], from a node on which nothing privileged runs: its agent has not one capability, and asks
/// the kubelet, whose containerd is of version 2, for each checkpoint.
final class KubeletCheckpointsOnCluster {
    private static final String HOME = "kubelet-a";
    private static final String OTHER = "kubelet-b";
    private static final String WORKLOADS = "src/test/resources/cluster/evacuated.yaml";
    private static final String ENDING = "src/test/resources/cluster/ending.yaml";
    private static final List<String> APPS = List.of("ending", "once");

    private final KubernetesClient client = ControlPlane.client();
    private final Map<String, Long> before = new HashMap<>();

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Nodes nodes;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Disks disks;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Crew crew;

    @BeforeEach
    void start() throws Exception {
        nodes = Nodes.startOf("sid", HOME, OTHER);
        disks = Disks.start(nodes, folder, client);
        disks.join(HOME, OTHER);
        crew = Crew.muster(nodes, folder, OTHER);
        crew.startByKubelet(HOME);
        kubectl("cordon", OTHER);
        kubectl("apply", "-f", WORKLOADS, "-f", ENDING);
        for (String app : APPS) {
            before.put(app, new Counter(client, app).await(50));
            assertThat(new Counter(client, app).node()).isEqualTo(HOME);
        }
        kubectl("uncordon", OTHER);
    }

    @AfterEach
    void stop() throws Exception {
        // Whatever fails: first the nodes, so that no other pod's own time to end is waited for.
        try (var _ = client;
                var _ = crew;
                var _ = disks;
                var _ = nodes) {
            Disks.release("stateful");
            kubectl("delete", "--ignore-not-found", "--wait=false", "-f", WORKLOADS, "-f", ENDING);
            kubectl("delete", "pods", "--all", "-n", "default", "--force", "--grace-period=0");
            kubectl("delete", "namespace", "lifeboat-agents", "--wait=false");
        }
    }

    @Test
    void whatItsKubeletHasCheckpointedGoesOnElsewhere() throws Exception {
        // It would write to its volume after the cut.
        crew.awaitLog("orchestrator", "workload=default/stateful-0 obstacles=[node-volume: [files-stateful-0]]");
        // Of an emptyDir the kubelet's archive has nothing.
        Crew.await(
                "what has emptyDirs is named",
                () -> crew.said("orchestrator")
                        .lines()
                        .anyMatch(line -> line.contains("workload=default/deployed-")
                                && line.contains("obstacles=[node-volume: [files, quick]]")));
        Disks.release("stateful");
        kubectl("delete", "deployment/deployed", "--wait=false");
        kubectl("delete", "pods", "-l", "app=deployed", "--force", "--grace-period=0");

        kubectl("drain", HOME, "--delete-emptydir-data", "--timeout=4m");

        for (String app : APPS) {
            long earlier = before.getOrDefault(app, 0L);
            new Counter(client, app).wentOn(HOME, earlier);
        }
        new Counter(client, "ending").hasBesideIt("after");
        assertThat(nodes.enter(HOME, "ls", "/var/lib/kubelet/checkpoints").well())
                .isEmpty();
    }

    private static void kubectl(String... arguments) throws Exception {
        ControlPlane.run("kubectl", arguments).well();
    }
}
