package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kubernetes.PodCheckpoints;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a real API server says of checkpoints of pods: nothing, until it serves them. No released
/// one does by itself.
final class PodCheckpointsOnCluster {
    private static final String GROUP = "checkpoint.k8s.io";

    private final KubernetesClient client = ControlPlane.client();

    @AfterEach
    void stop() {
        client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("podcheckpoints." + GROUP)
                .delete();
        client.close();
    }

    @Test
    void theyAreSeenOnceTheApiServerServesThem() throws Exception {
        var checkpoints = new PodCheckpoints(client);
        assertThat(checkpoints.served()).isEmpty();

        ControlPlane.apply("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata:
                  name: podcheckpoints.checkpoint.k8s.io
                  annotations: {api-approved.kubernetes.io: "unapproved, for a test"}
                spec:
                  group: checkpoint.k8s.io
                  names: {kind: PodCheckpoint, listKind: PodCheckpointList, plural: podcheckpoints, singular: podcheckpoint}
                  scope: Namespaced
                  versions:
                    - name: v1alpha1
                      served: true
                      storage: true
                      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """);

        ControlPlane.awaitThat(() -> checkpoints.served().equals(Optional.of(GROUP + "/v1alpha1")));
    }
}
