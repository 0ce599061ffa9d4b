package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against fabric8's API server in memory; the real one's word is [dev.lifeboat.cluster]'s.
final class LocalVolumesTest {
    private static final NodeSelectorTerm HERE = term("kubernetes.io/hostname", "node-a");

    private final KubernetesMockServer server = new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);

    @SuppressWarnings("NullAway.Init") // set before each test
    private KubernetesClient client;

    @BeforeEach
    void start() {
        server.init();
        try (var first = server.createClient()) {
            client = new KubernetesClientBuilder()
                    .withConfig(new ConfigBuilder(first.getConfiguration())
                            .withRequestRetryBackoffLimit(0)
                            .build())
                    .build();
        }
    }

    @AfterEach
    void stop() {
        client.close();
        server.destroy();
    }

    @Test
    void aClaimOfAVolumeThatOneNodeHasStays() {
        client.resource(volume("local", HERE)).create();
        client.resource(volume("zonal", term("topology.kubernetes.io/zone", "b")))
                .create();
        claim("data", "local");
        claim("files", "zonal");
        claim("pending", null);
        var volumes = new LocalVolumes(client);
        ProtectedPod pod = pod("data", "files", "pending", "missing");

        assertThat(volumes.of(List.of(pod))).isEqualTo(Map.of("u-1", List.of("data")));
        int asked = server.getRequestCount();
        volumes.of(List.of(pod));
        // Only what was not bound yet.
        assertThat(server.getRequestCount()).isEqualTo(asked + 2);
    }

    @Test
    void aServerThatDoesNotAnswerHoldsNothingBack() {
        var volumes = new LocalVolumes(client);
        server.shutdown();

        assertThat(volumes.of(List.of(pod("data")))).isEqualTo(Map.of("u-1", List.of()));
    }

    @Test
    void aVolumeIsLocalWhenAllThatItNamesIsOneNode() {
        assertThat(LocalVolumes.onOneNode(volume("v"))).isFalse();
        assertThat(LocalVolumes.onOneNode(volume("v", HERE, HERE))).isTrue();
        assertThat(LocalVolumes.onOneNode(volume("v", term("topology.topolvm.io/node", "node-a"))))
                .isTrue();
        assertThat(LocalVolumes.onOneNode(volume("v", HERE, term("kubernetes.io/hostname", "node-b"))))
                .isFalse();
        assertThat(LocalVolumes.onOneNode(volume("v", HERE, term("kubernetes.io/os", "linux"))))
                .isFalse();
        assertThat(LocalVolumes.onOneNode(volume("v", term("kubernetes.io/hostname", "node-a", "node-b"))))
                .isFalse();
    }

    private void claim(String name, @Nullable String volume) {
        client.resource(new PersistentVolumeClaimBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("shop")
                        .endMetadata()
                        .withNewSpec()
                        .withVolumeName(volume)
                        .endSpec()
                        .build())
                .create();
    }

    private static PersistentVolume volume(String name, NodeSelectorTerm... terms) {
        var volume = new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .endSpec();
        return terms.length == 0
                ? volume.build()
                : volume.editSpec()
                        .withNewNodeAffinity()
                        .withNewRequired()
                        .withNodeSelectorTerms(terms)
                        .endRequired()
                        .endNodeAffinity()
                        .endSpec()
                        .build();
    }

    private static NodeSelectorTerm term(String key, String... values) {
        return new NodeSelectorTermBuilder()
                .addNewMatchExpression()
                .withKey(key)
                .withOperator("In")
                .withValues(values)
                .endMatchExpression()
                .build();
    }

    private static ProtectedPod pod(String... claims) {
        var pod = new PodBuilder()
                .withNewMetadata()
                .withName("cart-0")
                .withNamespace("shop")
                .withUid("u-1")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .endContainer();
        for (String claim : claims) {
            pod.addNewVolume()
                    .withName(claim)
                    .withNewPersistentVolumeClaim()
                    .withClaimName(claim)
                    .endPersistentVolumeClaim()
                    .endVolume();
        }
        return ProtectedPod.of(pod.endSpec().build());
    }
}
