package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.plan.CapacityOffer.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeLabelsTest {
    @ParameterizedTest
    @CsvSource({
        "karpenter.sh/capacity-type, spot, SPOT",
        "karpenter.sh/capacity-type, on-demand, ON_DEMAND",
        "karpenter.sh/capacity-type, reserved, RESERVED",
        "eks.amazonaws.com/capacityType, SPOT, SPOT",
        "eks.amazonaws.com/capacityType, ON_DEMAND, ON_DEMAND",
        "eks.amazonaws.com/capacityType, CAPACITY_BLOCK, RESERVED",
        "cloud.google.com/gke-provisioning, spot, SPOT",
        "cloud.google.com/gke-provisioning, preemptible, SPOT",
        "cloud.google.com/gke-provisioning, standard, ON_DEMAND",
        "kubernetes.azure.com/priority, spot, SPOT",
        "kubernetes.azure.com/priority, regular, ON_DEMAND",
        "kubernetes.azure.com/scalesetpriority, spot, SPOT",
    })
    void eachCloudSaysInItsOwnWordsOnWhatTermsAMachineRuns(String key, String value, Kind meant) {
        assertThat(new NodeLabels(Map.of(key, value)).capacity()).contains(meant);
    }

    @Test
    void aWordThatWeDoNotKnowLeavesItOpen() {
        assertThat(new NodeLabels(Map.of("karpenter.sh/capacity-type", "lunar")).capacity())
                .isEmpty();
        assertThat(NodeLabels.NONE.capacity()).isEmpty();
    }

    @Test
    void zoneAndTypeAreKubernetesOwnKeys() {
        var labels = new NodeLabels(Map.of(
                "topology.kubernetes.io/zone", "eu-central-1a", "node.kubernetes.io/instance-type", "m6i.large"));

        assertThat(labels.zone()).isEqualTo("eu-central-1a");
        assertThat(labels.instanceType()).isEqualTo("m6i.large");
        assertThat(labels.pairs())
                .containsExactlyInAnyOrder(
                        "topology.kubernetes.io/zone=eu-central-1a", "node.kubernetes.io/instance-type=m6i.large");
        assertThat(NodeLabels.NONE.zone()).isEmpty();
    }
}
