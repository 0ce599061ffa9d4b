package dev.lifeboat.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.List;

/// The rights that the chart gives orchestrators, and nothing else of it. Gone when this is closed: what holds for the
/// whole cluster would be in the way of another test that installs the chart.
public record OrchestratorRights(KubernetesClient admin, String release, List<HasMetadata> objects)
        implements AutoCloseable {
    /// @param release also the name of its namespace, which stays
    public static OrchestratorRights grant(String release) throws IOException, InterruptedException {
        KubernetesClient admin = ControlPlane.client();
        admin.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(release)
                        .endMetadata()
                        .build())
                .serverSideApply();
        List<HasMetadata> objects = ControlPlane.rendered(
                release,
                "--namespace=" + release,
                "--values=helm/lifeboat/examples/orchestrator-only.yaml",
                "--show-only=templates/rbac.yaml");
        admin.resourceList(objects).serverSideApply();
        return new OrchestratorRights(admin, release, objects);
    }

    /// To call the API server as who has these rights and no others.
    public Config config() {
        return new ConfigBuilder(admin.getConfiguration())
                .withImpersonateUsername("system:serviceaccount:" + release + ":" + release + "-orchestrator")
                .build();
    }

    @Override
    public void close() {
        admin.resourceList(objects).delete();
        admin.close();
    }
}
