package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kubernetes.PolicyObjects.Written;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The rest is `ClusterPoliciesOnCluster`.
final class PolicyObjectsTest {
    /// Nobody listens on port 1. Kubernetes starts an orchestrator anew, and may do so while its API server is away.
    @Test
    void anApiServerThatIsAwayKeepsNobodyFromStarting() {
        var config = new ConfigBuilder()
                .withAutoConfigure(false)
                .withMasterUrl("http://127.0.0.1:1")
                .withRequestRetryBackoffLimit(0)
                .build();
        var read = new ArrayList<List<Written>>();

        try (var client = new KubernetesClientBuilder().withConfig(config).build();
                var _ = new PolicyObjects(client, InstantSource.system(), Duration.ofMillis(200), all -> {
                    read.add(all);
                    return Map.of();
                })) {
            assertThat(read).containsExactly(List.of());
        }
    }
}
