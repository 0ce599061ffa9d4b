package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.APIResourceListBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PodCheckpointsTest {
    private final KubernetesMockServer server = new KubernetesMockServer(false);

    @SuppressWarnings("NullAway.Init") // set before each test
    private KubernetesClient client;

    @BeforeEach
    void start() {
        server.init();
        client = server.createClient();
    }

    @AfterEach
    void stop() {
        client.close();
        server.destroy();
    }

    @ParameterizedTest
    @MethodSource("groups")
    void theyAreFoundUnderEitherOfTheirGroups(String group) {
        serves(group, "podcheckpoints");

        assertThat(new PodCheckpoints(client).served()).contains(group);
    }

    /// An older API server, or the gate off.
    @Test
    void whereNoGroupHasThemThereAreNone() {
        assertThat(new PodCheckpoints(client).served()).isEmpty();
    }

    @Test
    void aGroupThatServesSomethingElseHasNone() {
        serves("node.k8s.io/v1alpha1", "runtimeclasses");

        assertThat(new PodCheckpoints(client).served()).isEmpty();
    }

    @Test
    void anApiServerThatDoesNotSayHasNone() {
        server.expect()
                .get()
                .withPath("/apis/checkpoint.k8s.io/v1alpha1")
                .andReturn(403, "forbidden")
                .always();

        assertThat(new PodCheckpoints(client).served()).isEmpty();
    }

    private static Stream<String> groups() {
        return PodCheckpoints.GROUPS.stream();
    }

    private void serves(String group, String plural) {
        var resource = new APIResource();
        resource.setName(plural);
        APIResourceList list = new APIResourceListBuilder()
                .withGroupVersion(group)
                .withResources(resource)
                .build();
        server.expect().get().withPath("/apis/" + group).andReturn(200, list).always();
    }
}
