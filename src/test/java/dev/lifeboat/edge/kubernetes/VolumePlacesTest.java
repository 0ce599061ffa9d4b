package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kubernetes.VolumePlaces.Place;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Against fabric8's API server in memory; the real one's word is [dev.lifeboat.cluster]'s.
final class VolumePlacesTest {
    private static final NodeSelectorTerm HERE = term("kubernetes.io/hostname", "node-a");

    private final MemoryCluster cluster = new MemoryCluster();
    private final KubernetesClient client = cluster.client();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void aClaimOfAVolumeThatOneNodeHasStays() {
        client.resource(volume("local", HERE)).create();
        client.resource(volume("zonal", term("topology.kubernetes.io/zone", "b")))
                .create();
        claim("data", "local");
        claim("files", "zonal");
        claim("pending", null);
        var volumes = new VolumePlaces(client);
        ProtectedPod pod = pod("data", "files", "pending", "missing");

        assertThat(volumes.staying(List.of(pod))).isEqualTo(Map.of("u-1", List.of("data")));
        int asked = cluster.requests();
        volumes.staying(List.of(pod));
        // Only what was not bound yet.
        assertThat(cluster.requests()).isEqualTo(asked + 2);
    }

    @Test
    void aServerThatDoesNotAnswerHoldsNothingBack() {
        var volumes = new VolumePlaces(client);
        cluster.goAway();

        assertThat(volumes.staying(List.of(pod("data")))).isEqualTo(Map.of("u-1", List.of()));
    }

    @Test
    void aVolumeIsLocalWhenAllThatItNamesIsOneNode() {
        assertThat(onOneNode(volume("v"))).isFalse();
        assertThat(onOneNode(volume("v", HERE, HERE))).isTrue();
        assertThat(onOneNode(volume("v", term("topology.topolvm.io/node", "node-a"))))
                .isTrue();
        assertThat(onOneNode(volume("v", HERE, term("kubernetes.io/hostname", "node-b"))))
                .isFalse();
        assertThat(onOneNode(volume("v", HERE, term("kubernetes.io/os", "linux"))))
                .isFalse();
        assertThat(onOneNode(volume("v", term("kubernetes.io/hostname", "node-a", "node-b"))))
                .isFalse();
    }

    @Test
    void aPodGoesWhereAllOfItsVolumesCan() {
        client.resource(volume("east", term("topology.gke.io/zone", "a", "b"), term("topology.gke.io/zone", "c")))
                .create();
        client.resource(volume("west", term("topology.kubernetes.io/zone", "c", "d")))
                .create();
        client.resource(volume("free")).create();
        claim("data", "east");
        claim("files", "west");
        claim("shared", "free");
        var volumes = new VolumePlaces(client);
        ProtectedPod pod = pod("data", "files", "shared", "missing");

        assertThat(volumes.zones(pod)).as("nobody has asked yet").isEmpty();
        volumes.staying(List.of(pod));

        assertThat(volumes.zones(pod)).containsExactly("c");
        assertThat(volumes.zones(pod("shared"))).isEmpty();
    }

    @Test
    void aVolumeHasZonesWhenAllOfItsTermsNameThem() {
        NodeSelectorTerm zone = term("topology.ebs.csi.aws.com/zone", "eu-central-1a");
        assertThat(Place.of(volume("v", zone)).zones()).containsExactly("eu-central-1a");
        assertThat(Place.of(volume("v", zone, HERE)).zones()).isEmpty();
        // Zone-redundant disks of Azure.
        NodeSelectorTerm none = term("topology.disk.csi.azure.com/zone", "");
        assertThat(Place.of(volume("v", term("topology.disk.csi.azure.com/zone", "westeurope-1"), none))
                        .zones())
                .isEmpty();
    }

    private static boolean onOneNode(PersistentVolume volume) {
        return Place.of(volume).oneNode();
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
