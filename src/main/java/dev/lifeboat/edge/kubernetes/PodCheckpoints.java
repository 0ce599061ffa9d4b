package dev.lifeboat.edge.kubernetes;

import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;

/// Whether a cluster offers checkpoints of whole pods
/// ([KEP-5823](https://kep.k8s.io/5823)),
/// and where. We look for them and use none:
/// docs/adr/0191-use-no-pod-checkpoints-while-their-files-are-the-runtimes-own.md says why.
public final class PodCheckpoints {
    /// The first by the KEP's text of July 2026, the second by its implementation in review,
    /// k/k#140186, of September.
    static final List<String> GROUPS = List.of("checkpoint.k8s.io/v1alpha1", "node.k8s.io/v1alpha1");

    private static final String PLURAL = "podcheckpoints";

    private final KubernetesClient client;

    public PodCheckpoints(KubernetesClient client) {
        this.client = client;
    }

    /// The group and version that serve them; empty where none does, or where the API server does
    /// not say. Every authenticated client may ask.
    public Optional<String> served() {
        return GROUPS.stream().filter(this::serves).findFirst();
    }

    private boolean serves(String group) {
        try {
            APIResourceList resources = client.getApiResources(group);
            return resources != null
                    && resources.getResources().stream().anyMatch(resource -> PLURAL.equals(resource.getName()));
        } catch (KubernetesClientException unsaid) {
            return false;
        }
    }
}
