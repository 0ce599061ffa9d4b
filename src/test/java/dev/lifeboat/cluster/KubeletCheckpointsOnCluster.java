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
    private static final List<String> APPS = List.of("deployed", "once");

    private final KubernetesClient client = ControlPlane.client();
    private final Map<String, Long> before = new HashMap<>();

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Nodes nodes;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Crew crew;

    @BeforeEach
    void start() throws Exception {
        nodes = Nodes.startOf("sid", HOME, OTHER);
        crew = Crew.muster(nodes, folder, OTHER);
        crew.startByKubelet(HOME);
        kubectl("cordon", OTHER);
        kubectl("apply", "-f", "src/test/resources/cluster/evacuated.yaml");
        for (String app : APPS) {
            before.put(app, new Counter(client, app).await(50));
            assertThat(new Counter(client, app).node()).isEqualTo(HOME);
        }
        kubectl("uncordon", OTHER);
    }

    @AfterEach
    void stop() throws Exception {
        nodes.close();
        crew.close();
        kubectl("delete", "--ignore-not-found", "--wait=false", "-f", "src/test/resources/cluster/evacuated.yaml");
        kubectl("delete", "pods", "--all", "-n", "default", "--force", "--grace-period=0");
        kubectl("wait", "--for=delete", "persistentvolume/stateful", "--timeout=2m");
        kubectl("delete", "namespace", "lifeboat-agents", "--wait=false");
        client.close();
    }

    @Test
    void whatItsKubeletHasCheckpointedGoesOnElsewhere() throws Exception {
        // It would write to its volume after the cut.
        crew.awaitLog("orchestrator", "workload=default/stateful-0 obstacles=[node-volume: [files-stateful-0]]");
        kubectl("delete", "statefulset", "stateful", "--wait=false");
        kubectl("delete", "pod", "stateful-0", "--force", "--grace-period=0");

        kubectl("drain", HOME, "--timeout=4m");

        for (String app : APPS) {
            long earlier = before.getOrDefault(app, 0L);
            new Counter(client, app).wentOn(HOME, earlier);
        }
        assertThat(nodes.enter(HOME, "ls", "/var/lib/kubelet/checkpoints").well())
                .isEmpty();
    }

    private static void kubectl(String... arguments) throws Exception {
        ControlPlane.run("kubectl", arguments).well();
    }
}
