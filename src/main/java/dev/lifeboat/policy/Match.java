package dev.lifeboat.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which workloads a policy covers. What is left out does not narrow the choice.
public record Match(
        @Key(value = "Owners by kind and name; one of them must fit.", standard = "[]", most = "256")
        List<Owner> workloads,

        @Key("Labels of the pod.") @Nullable Selector podSelector,

        @Key("Labels of the namespace; in a ClusterEvacuationPolicy only.") @Nullable
        Selector namespaceSelector,

        @Key(
                value = "Containers that must be in the pod; a pod is saved with all its containers or not at all.",
                standard = "[]",
                most = "64",
                text = Text.NAME)
        List<String> containers,

        @Key(value = "Owners that are not covered although they fit.", standard = "[]", most = "256")
        List<Owner> exclude) {
    public Match {
        workloads = List.copyOf(workloads);
        containers = List.copyOf(containers);
        exclude = List.copyOf(exclude);
    }

    public boolean selects(Subject subject) {
        return (workloads.isEmpty() || workloads.stream().anyMatch(owner -> owner.fits(subject)))
                && (podSelector == null || podSelector.selects(subject.labels()))
                && (namespaceSelector == null || namespaceSelector.selects(subject.namespaceLabels()))
                && (subject.containers().isEmpty() || subject.containers().containsAll(containers))
                && exclude.stream().noneMatch(owner -> owner.fits(subject));
    }

    /// An owner of pods.
    public record Owner(
            @Key(
                    value = "Kind of the owner.",
                    required = true,
                    text = Text.KIND,
                    known = {
                        "Pod",
                        "Deployment",
                        "StatefulSet",
                        "DaemonSet",
                        "ReplicaSet",
                        "Job",
                        "CronJob",
                        "JobSet",
                        "MPIJob",
                        "PyTorchJob",
                        "RayCluster",
                        "RayJob",
                        "LeaderWorkerSet",
                        "Process"
                    })
            String kind,

            @Key(value = "Name of the owner; `*` stands for any run of characters.", standard = "'*'", text = Text.GLOB)
            String name) {
        boolean fits(Subject subject) {
            return kind.equals(subject.ownerKind()) && Glob.matches(name, subject.ownerName());
        }
    }
}
