package dev.lifeboat.edge.kubernetes;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.util.HashMap;

/// fabric8's API server in memory, and a client of it that does not ask again.
final class MemoryCluster implements AutoCloseable {
    private final KubernetesMockServer server = new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);

    private final KubernetesClient client;

    MemoryCluster() {
        server.init();
        try (var first = server.createClient()) {
            client = new KubernetesClientBuilder()
                    .withConfig(new ConfigBuilder(first.getConfiguration())
                            .withRequestRetryBackoffLimit(0)
                            .build())
                    .build();
        }
    }

    KubernetesClient client() {
        return client;
    }

    int requests() {
        return server.getRequestCount();
    }

    /// Nobody answers any more.
    void goAway() {
        server.shutdown();
    }

    @Override
    public void close() {
        client.close();
        server.destroy();
    }
}
