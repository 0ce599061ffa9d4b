package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against fabric8's API server in memory; the real one's word is [dev.lifeboat.cluster]'s.
final class OwnNodeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final KubernetesMockServer server = new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);

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

    @Test
    void labelsThatComeAfterTheAgentAreSeenAndOnlyThoseOfItsNode() {
        client.resource(node("node-b", Map.of("topology.kubernetes.io/zone", "b")))
                .create();
        try (var own = new OwnNode(client, "node-a")) {
            client.resource(node("node-a", Map.of())).create();
            assertThat(own.labels().zone()).isEmpty();

            client.resource(node("node-a", Map.of("topology.kubernetes.io/zone", "a")))
                    .update();

            awaits(own, "a");
        }
    }

    @Test
    void whatWasSeenLastHoldsWhileNobodyAnswers() {
        client.resource(node("node-a", Map.of("topology.kubernetes.io/zone", "a")))
                .create();
        try (var own = new OwnNode(client, "node-a")) {
            awaits(own, "a");

            server.shutdown();

            assertThat(own.labels().zone()).isEqualTo("a");
        }
    }

    @Test
    void anAgentStartsWithoutAServer() {
        server.shutdown();

        try (var own = new OwnNode(client, "node-a")) {
            assertThat(own.labels()).isEqualTo(NodeLabels.NONE);
        }
    }

    private static void awaits(OwnNode own, String zone) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!own.labels().zone().equals(zone)) {
            assertThat(System.nanoTime() - end).as("waited for zone %s", zone).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static Node node(String name, Map<String, String> labels) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build();
    }
}
