package dev.lifeboat.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;

/// A namespace and two nodes of a test's own. Nobody stands behind the nodes.
final class Stage implements AutoCloseable {
    private final KubernetesClient client;
    private final String name;
    private final String namespace;

    /// @param name of the nodes, `-a` and `-b` behind it, and their label's
    Stage(KubernetesClient client, String name) {
        this.client = client;
        this.name = name;
        // Another one each time: a namespace takes its time to go where no kubelet confirms the end of a pod.
        this.namespace = name + "-" + Long.toHexString(System.nanoTime());
    }

    String namespace() {
        return namespace;
    }

    void set() {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        nodes().forEach(node -> ControlPlane.node(client, node, Map.of(name, "yes")));
    }

    @Override
    public void close() {
        client.namespaces().withName(namespace).delete();
        client.pods().inNamespace(namespace).withGracePeriod(0).delete();
        nodes().forEach(node -> client.nodes().withName(node).delete());
    }

    private List<String> nodes() {
        return List.of(name + "-a", name + "-b");
    }
}
