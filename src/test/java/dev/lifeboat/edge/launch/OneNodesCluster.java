package dev.lifeboat.edge.launch;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import java.util.HashMap;

/// fabric8's API server in memory, of a cluster with one node: it selects by names only.
final class OneNodesCluster implements AutoCloseable {
    private final KubernetesMockServer server =
            new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), new OneNode(), false);

    private final KubernetesClient client;

    OneNodesCluster() {
        server.init();
        client = server.createClient();
    }

    KubernetesClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
        server.destroy();
    }

    private static final class OneNode extends KubernetesCrudDispatcher {
        @Override
        public MockResponse handleGet(String path) {
            return super.handleGet(ofAnyNode(path));
        }

        @Override
        public MockResponse handleWatch(String path) {
            return super.handleWatch(ofAnyNode(path));
        }

        private static String ofAnyNode(String path) {
            return path.replaceAll("fieldSelector=spec.nodeName[^&]*&?", "");
        }
    }
}
