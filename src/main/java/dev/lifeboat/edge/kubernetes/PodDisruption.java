package dev.lifeboat.edge.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Why a pod is being ended by others, as its `DisruptionTarget` condition says (KEP-3329), and what it means for the
/// node that it runs on.
///
/// `EvictionRequest` (KEP-4563, `lifecycle.k8s.io`) is not read: no released API server offers it as of 2026-11; its
/// alpha is planned for 1.38.
public enum PodDisruption {
    /// Somebody called the eviction API. On a cordoned node that is `kubectl drain`; elsewhere it is one pod's affair.
    EVICTION("EvictionByEvictionAPI", Meaning.DRAIN_IF_CORDONED),
    /// A NoExecute taint: every pod that does not tolerate it follows.
    TAINT("DeletionByTaintManager", Meaning.DRAIN),
    /// The kubelet ends it: the node shuts down, or is short of something.
    KUBELET("TerminationByKubelet", Meaning.ADVISORY),
    /// A pod of higher priority needs the room: says nothing of the node.
    PREEMPTION("PreemptionByScheduler", Meaning.NOTHING),
    /// The node is gone or out of service, which its own object says.
    GARBAGE("DeletionByPodGC", Meaning.NOTHING);

    /// What it means for the node.
    public enum Meaning {
        DRAIN,
        DRAIN_IF_CORDONED,
        ADVISORY,
        NOTHING
    }

    private static final String CONDITION = "DisruptionTarget";

    private final String reason;
    private final Meaning meaning;

    PodDisruption(String reason, Meaning meaning) {
        this.reason = reason;
        this.meaning = meaning;
    }

    /// The condition's reason.
    public String reason() {
        return reason;
    }

    public Meaning meaning() {
        return meaning;
    }

    /// Empty for a pod that nobody ends, and for reasons that are newer than this.
    static Optional<PodDisruption> of(Pod pod) {
        List<PodCondition> conditions =
                pod.getStatus() == null ? List.of() : pod.getStatus().getConditions();
        return conditions.stream()
                .filter(condition -> CONDITION.equals(condition.getType()) && "True".equals(condition.getStatus()))
                .flatMap(condition -> Arrays.stream(values()).filter(each -> each.reason.equals(condition.getReason())))
                .findFirst();
    }
}
