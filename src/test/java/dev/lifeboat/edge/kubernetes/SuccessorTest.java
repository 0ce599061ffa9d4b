package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

final class SuccessorTest {
    @Test
    void aDeploymentsPodFollowsOneWithTheSamePrefixAndFiveOtherCharacters() {
        var successor = Successor.of(pod("ReplicaSet", "cart-5d9f8b6c7d-", ""));

        assertThat(successor.follows("shop", "cart-5d9f8b6c7d-x2k9p")).isTrue();
        assertThat(successor.follows("shop", "cart-5d9f8b6c7d-x2k9p-0")).isFalse();
        assertThat(successor.follows("shop", "cart-77777b6c7d-x2k9p")).isFalse();
        assertThat(successor.follows("bank", "cart-5d9f8b6c7d-x2k9p")).isFalse();
    }

    @Test
    void aStatefulSetsPodFollowsTheOneOfItsOwnName() {
        var successor = Successor.of(pod("StatefulSet", "db-", "db-1"));

        assertThat(successor.follows("shop", "db-1")).isTrue();
        assertThat(successor.follows("shop", "db-2")).isFalse();
        assertThat(successor.follows("shop", "db-12345")).isFalse();
    }

    /// The API server cuts what stands before the random part.
    @Test
    void aLongPrefixCountsAsFarAsNamesKeepIt() {
        String prefix = "a".repeat(70) + "-";
        var successor = Successor.of(pod("Job", prefix, ""));

        assertThat(successor.follows("shop", "a".repeat(58) + "x2k9p")).isTrue();
    }

    static Pod pod(String owner, String prefix, String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withGenerateName(prefix)
                .withName(name.isEmpty() ? null : name)
                .addToLabels(ProtectedPod.OPT_IN, "true")
                .addNewOwnerReference()
                .withKind(owner)
                .withName("owner")
                .withUid("owner-uid")
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("image")
                .endContainer()
                .endSpec()
                .build();
    }
}
