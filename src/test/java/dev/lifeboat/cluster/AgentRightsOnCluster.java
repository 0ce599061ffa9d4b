package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.edge.kubernetes.NodePods;
import dev.lifeboat.edge.kubernetes.OwnNode;
import dev.lifeboat.edge.kubernetes.ProtectedPod;
import dev.lifeboat.edge.kubernetes.VolumePlaces;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the chart grants an agent, and what it denies it, by a real API server's own rules. Nobody stands behind the
/// nodes.
final class AgentRightsOnCluster {
    private static final String NODE = "rights-a";
    private static final String OTHER = "rights-b";

    private final KubernetesClient client = ControlPlane.client();
    private final Stage stage = new Stage(client, "rights");
    private final String namespace = stage.namespace();

    @BeforeEach
    void start() {
        stage.set();
    }

    @AfterEach
    void stop() {
        stage.close();
        client.close();
    }

    @Test
    void anAgentTouchesOnlyLabelledPodsOfItsOwnNode() throws Exception {
        ControlPlane.run(
                        "helm",
                        "install",
                        "rights",
                        "helm/lifeboat",
                        "-n",
                        namespace,
                        "-f",
                        "helm/lifeboat/examples/pods.yaml")
                .well();
        try (var agent = agentOf(NODE)) {
            make("mine", NODE, Map.of(ProtectedPod.OPT_IN, "true"));
            make("others", OTHER, Map.of(ProtectedPod.OPT_IN, "true"));
            make("plain", NODE, Map.of());
            awaitRefusal(agent);
            seesWhereItIsAndWhereVolumesCanBe(agent);

            assertThatThrownBy(() -> agent.pods()
                            .inNamespace(namespace)
                            .withName("others")
                            .delete())
                    .hasMessageContaining("touches no pods of other nodes");
            assertThatThrownBy(() -> agent.pods()
                            .inNamespace(namespace)
                            .withName("plain")
                            .delete())
                    .hasMessageContaining("touches only pods labelled");
            assertThat(agent.pods()
                            .inNamespace(namespace)
                            .withName("mine")
                            .withGracePeriod(0)
                            .delete())
                    .isNotEmpty();
        } finally {
            ControlPlane.run("helm", "uninstall", "rights", "-n", namespace).well();
        }
    }

    private void seesWhereItIsAndWhereVolumesCanBe(KubernetesClient agent) throws Exception {
        client.nodes()
                .withName(NODE)
                .edit(node -> new NodeBuilder(node)
                        .editMetadata()
                        .addToLabels("topology.kubernetes.io/zone", "zone-a")
                        .endMetadata()
                        .build());
        ControlPlane.apply("zonal.yaml", namespace);

        try (var own = new OwnNode(agent, NODE);
                var cluster = new NodePods(agent, NODE)) {
            long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (own.labels().zone().isEmpty()) {
                assertThat(System.nanoTime()).as("an agent sees its node").isLessThan(giveUp);
            }
            assertThat(own.labels().zone()).isEqualTo("zone-a");
            assertThat(own.labels().pairs()).contains("rights=yes", "kubernetes.io/hostname=" + NODE);
            ProtectedPod pod = cluster.here().stream()
                    .filter(each -> each.name().equals("zonal"))
                    .findFirst()
                    .orElseThrow();
            var volumes = new VolumePlaces(agent);
            assertThat(volumes.staying(List.of(pod))).isEqualTo(Map.of(pod.uid(), List.of()));
            assertThat(volumes.zones(pod)).containsExactly("zone-a");
        } finally {
            client.persistentVolumes().withName(namespace + "-zonal").delete();
        }
    }

    /// The API server takes a moment to heed a new policy, too.
    private void awaitRefusal(KubernetesClient agent) {
        long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (mayDelete(agent, "others")) {
            assertThat(System.nanoTime()).as("the policy holds").isLessThan(giveUp);
        }
    }

    private boolean mayDelete(KubernetesClient agent, String pod) {
        try {
            var _ = agent.pods().inNamespace(namespace).withName(pod).dryRun().delete();
            return true;
        } catch (KubernetesClientException refused) {
            return false;
        }
    }

    /// In a header a slash is written as the API server reads it (user impersonation, extra fields).
    private KubernetesClient agentOf(String node) {
        Config config = new ConfigBuilder(client.getConfiguration())
                .withImpersonateUsername("system:serviceaccount:" + namespace + "-agents:rights-agent")
                .withImpersonateExtras(Map.of("authentication.kubernetes.io%2Fnode-name", List.of(node)))
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private void make(String name, String node, Map<String, String> labels) {
        client.resource(new PodBuilder(ControlPlane.pod(namespace, name, labels))
                        .editSpec()
                        .withNodeName(node)
                        .endSpec()
                        .build())
                .create();
    }
}
