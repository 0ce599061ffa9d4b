package dev.lifeboat.edge.kubernetes;

import java.time.Duration;

/// How nodes are announced to go, and what we make of it.
///
/// Sources, read 2026-11: Kubernetes documentation "Well-Known Labels, Annotations and Taints" and "Node Shutdowns";
/// Karpenter `pkg/apis/v1/taints.go` and `labels.go`; cluster-autoscaler `utils/taints`; aws-node-termination-handler
/// `pkg/node`; KEP-5683 for the node lifecycle conditions.
public enum DrainSignal {
    /// Somebody asserts that the machine is off for good: its volumes are detached by force.
    OUT_OF_SERVICE(Kind.TAINT, "node.kubernetes.io/out-of-service", Effect.DEATH, Duration.ZERO),
    /// The cloud's controller found the machine stopped.
    CLOUD_SHUTDOWN(Kind.TAINT, "node.cloudprovider.kubernetes.io/shutdown", Effect.DEATH, Duration.ZERO),
    /// aws-node-termination-handler saw a spot interruption; the window counts from the taint.
    SPOT_INTERRUPTION(Kind.TAINT, "aws-node-termination-handler/spot-itn", Effect.PREEMPTION, Duration.ofMinutes(2)),
    /// aws-node-termination-handler heard that the risk has risen.
    REBALANCE(Kind.TAINT, "aws-node-termination-handler/rebalance-recommendation", Effect.ADVISORY, Duration.ZERO),
    /// aws-node-termination-handler drains for maintenance, for an autoscaling group; its own default is two minutes.
    NTH_MAINTENANCE(
            Kind.TAINT, "aws-node-termination-handler/scheduled-maintenance", Effect.DRAIN, Duration.ofMinutes(2)),
    NTH_LIFECYCLE(
            Kind.TAINT, "aws-node-termination-handler/asg-lifecycle-termination", Effect.DRAIN, Duration.ofMinutes(2)),
    /// GKE's maintenance handler; 60 s is what a machine without accelerators has.
    GKE_TERMINATION(Kind.TAINT, "cloud.google.com/impending-node-termination", Effect.DRAIN, Duration.ofMinutes(1)),
    /// Karpenter empties the node; its own deadline, where it names one, counts.
    KARPENTER(Kind.TAINT, "karpenter.sh/disrupted", Effect.DRAIN, Duration.ofMinutes(10)),
    /// cluster-autoscaler empties the node; ten minutes is its default for graceful termination.
    AUTOSCALER(Kind.TAINT, "ToBeDeletedByClusterAutoscaler", Effect.DRAIN, Duration.ofMinutes(10)),
    /// cluster-autoscaler thinks about it.
    AUTOSCALER_CANDIDATE(Kind.TAINT, "DeletionCandidateOfClusterAutoscaler", Effect.ADVISORY, Duration.ZERO),
    /// `kubectl cordon`, and the first step of every drain; no drain by itself.
    CORDON(Kind.TAINT, "node.kubernetes.io/unschedulable", Effect.ADVISORY, Duration.ZERO),
    /// The kubelet ends its pods; half a minute is what GKE and most set-ups give.
    GRACEFUL_SHUTDOWN(Kind.CONDITION, "GracefulNodeShutdownInProgress", Effect.DRAIN, Duration.ofSeconds(30)),
    /// The same from a kubelet without node lifecycle conditions: it says why it is not ready.
    SHUTTING_DOWN(Kind.NOT_READY, "node is shutting down", Effect.DRAIN, Duration.ofSeconds(30)),
    /// AKS' problem detector saw one of Azure's scheduled events, of whatever kind; the `azure` source knows which.
    AKS_EVENT(Kind.CONDITION, "VMEventScheduled", Effect.ADVISORY, Duration.ZERO),
    DRAIN(Kind.CONDITION, "DrainInProgress", Effect.DRAIN, Duration.ofMinutes(10)),
    MAINTENANCE(Kind.CONDITION, "MaintenanceInProgress", Effect.DRAIN, Duration.ofMinutes(10)),
    MAINTENANCE_PLANNED(Kind.CONDITION, "MaintenancePlanned", Effect.ADVISORY, Duration.ZERO);

    /// Where a node carries it.
    public enum Kind {
        TAINT,
        CONDITION,
        /// The message of a Ready condition that is not true.
        NOT_READY
    }

    /// What we make of it.
    public enum Effect {
        PREEMPTION,
        DRAIN,
        ADVISORY,
        DEATH
    }

    private final Kind kind;
    private final String key;
    private final Effect effect;
    private final Duration grace;

    DrainSignal(Kind kind, String key, Effect effect, Duration grace) {
        this.kind = kind;
        this.key = key;
        this.effect = effect;
        this.grace = grace;
    }

    public Kind kind() {
        return kind;
    }

    /// The taint's key, the condition's type, or what the message holds.
    public String key() {
        return key;
    }

    public Effect effect() {
        return effect;
    }

    /// What is left from the signal's own time when the node names no deadline.
    public Duration grace() {
        return grace;
    }
}
