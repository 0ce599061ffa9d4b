package dev.lifeboat.edge.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;

/// Nodes and pods as the API server shows them when somebody wants them gone.
final class Signalling {
    static final String BEFORE = "2025-12-31T23:59:50Z";

    private Signalling() {}

    static Node cordoned() {
        return carrying(DrainSignal.CORDON)
                .edit()
                .editSpec()
                .withUnschedulable(true)
                .endSpec()
                .build();
    }

    static Pod ended(PodDisruption disruption) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("pi-0")
                .withNamespace("lab")
                .withUid("p-1")
                .withDeletionTimestamp("2026-01-01T00:00:30Z")
                .endMetadata()
                .withNewSpec()
                .withNodeName("node-a")
                .endSpec()
                .withNewStatus()
                .addNewCondition()
                .withType("DisruptionTarget")
                .withStatus("True")
                .withReason(disruption.reason())
                .endCondition()
                .endStatus()
                .build();
    }

    static Node quiet() {
        return new NodeBuilder()
                .withNewMetadata()
                .withName("node-a")
                .withUid("u-1")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .endStatus()
                .build();
    }

    static Node carrying(DrainSignal signal) {
        return switch (signal.kind()) {
            case TAINT ->
                quiet().edit()
                        .editSpec()
                        .addNewTaint()
                        .withKey(signal.key())
                        .withEffect("NoSchedule")
                        .withTimeAdded(BEFORE)
                        .endTaint()
                        .endSpec()
                        .build();
            case NOT_READY ->
                quiet().edit()
                        .editStatus()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("False")
                        .withMessage("container runtime is down, " + signal.key())
                        .withLastTransitionTime(BEFORE)
                        .endCondition()
                        .endStatus()
                        .build();
            case CONDITION ->
                quiet().edit()
                        .editStatus()
                        .addNewCondition()
                        .withType(signal.key())
                        .withStatus("True")
                        .withLastTransitionTime(BEFORE)
                        .endCondition()
                        .endStatus()
                        .build();
        };
    }

    static Node karpenter(String deadline) {
        return carrying(DrainSignal.KARPENTER)
                .edit()
                .editMetadata()
                .addToAnnotations(NodeSignals.KARPENTER_DEADLINE, deadline)
                .endMetadata()
                .build();
    }
}
