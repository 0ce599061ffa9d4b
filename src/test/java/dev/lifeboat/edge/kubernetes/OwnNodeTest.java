package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Against fabric8's API server in memory; the real one's word is [dev.lifeboat.cluster]'s.
final class OwnNodeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final MemoryCluster cluster = new MemoryCluster();
    private final KubernetesClient client = cluster.client();

    @AfterEach
    void stop() {
        cluster.close();
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

            cluster.goAway();

            assertThat(own.labels().zone()).isEqualTo("a");
        }
    }

    @Test
    void anAgentStartsWithoutAServer() {
        cluster.goAway();

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
