package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kubernetes.resource.Checkpoint;
import dev.lifeboat.edge.kubernetes.resource.Evacuation;
import dev.lifeboat.edge.kubernetes.resource.NodeNotice;
import dev.lifeboat.edge.kubernetes.resource.PolicyStatus;
import dev.lifeboat.edge.policyfile.ResourceDefinition;
import dev.lifeboat.edge.policyfile.ResourceDefinition.Column;
import dev.lifeboat.edge.policyfile.ResourceDefinition.Conditions;
import dev.lifeboat.edge.policyfile.ResourceDefinition.Scope;
import dev.lifeboat.policy.Spec;
import java.util.List;
import java.util.Set;

/// The kinds of objects that the chart adds to a cluster; `helm/lifeboat/crds` is drawn from here.
final class CustomResources {
    private static final String STRING = "string";
    private static final String INTEGER = "integer";

    private static final Column AGE =
            Column.of("Age", "date", ".metadata.creationTimestamp", "Since the object was made.");

    private CustomResources() {}

    static List<ResourceDefinition> all() {
        return List.of(policy(), clusterPolicy(), notice(), evacuation(), checkpoint());
    }

    private static ResourceDefinition policy() {
        return new ResourceDefinition(
                "EvacuationPolicy",
                "evacuationpolicies",
                "evacpol",
                Scope.Namespaced,
                Spec.class,
                Set.of("guardrails", "namespaceSelector"),
                PolicyStatus.class,
                new Conditions(PolicyStatus.Type.class, PolicyStatus.Reason.class),
                policyColumns());
    }

    private static ResourceDefinition clusterPolicy() {
        return new ResourceDefinition(
                "ClusterEvacuationPolicy",
                "clusterevacuationpolicies",
                "cevacpol",
                Scope.Cluster,
                Spec.class,
                Set.of(),
                PolicyStatus.class,
                new Conditions(PolicyStatus.Type.class, PolicyStatus.Reason.class),
                policyColumns());
    }

    private static List<Column> policyColumns() {
        return List.of(
                Column.of("Mode", STRING, ".spec.mode", "Off, Observe (when empty) or Enforce."),
                Column.of("Priority", INTEGER, ".spec.value.priority", "500 when empty."),
                Column.of("Accepted", STRING, condition("Accepted", "status"), "Whether plans are drawn by it."),
                Column.of("Reason", STRING, condition("Accepted", "reason"), "Why."),
                Column.wide("Message", STRING, condition("Accepted", "message"), "In words."),
                AGE);
    }

    private static ResourceDefinition notice() {
        return new ResourceDefinition(
                "NodeNotice",
                "nodenotices",
                "nnotice",
                Scope.Cluster,
                NodeNotice.class,
                Set.of(),
                NodeNotice.Status.class,
                new Conditions(NodeNotice.Type.class, NodeNotice.Reason.class),
                List.of(
                        Column.of("Node", STRING, ".spec.node", "The node that it is about."),
                        Column.of("Said", STRING, ".spec.said", "What was said."),
                        Column.of("Source", STRING, ".spec.source", "Who said it."),
                        Column.of("Deadline", STRING, ".spec.deadline", "When the node goes."),
                        Column.of("Workloads", INTEGER, ".status.workloads", "Workloads at risk."),
                        Column.of("Resumed", INTEGER, ".status.resumed", "Of these, restored elsewhere."),
                        Column.of("Lost", INTEGER, ".status.lost", "Of these, lost."),
                        AGE));
    }

    private static ResourceDefinition evacuation() {
        return new ResourceDefinition(
                "Evacuation",
                "evacuations",
                "evac",
                Scope.Namespaced,
                Evacuation.class,
                Set.of(),
                Evacuation.Status.class,
                new Conditions(Evacuation.Type.class, Evacuation.Reason.class),
                List.of(
                        Column.of("Workload", STRING, ".spec.workload", "What is moved."),
                        Column.of("Trigger", STRING, ".spec.trigger", "What set it off."),
                        Column.of("Rung", STRING, ".status.rung", "The rung of the ladder that was taken."),
                        Column.of("State", STRING, ".status.state", "Where it is on its way."),
                        Column.of("Left", STRING, ".status.left", "Left of the window."),
                        Column.of("Done%", INTEGER, ".status.done", "Pages in the store."),
                        Column.of("From", STRING, ".spec.from", "The node that it leaves."),
                        Column.of("To", STRING, ".status.to", "The node that it goes to."),
                        Column.wide("Reason", STRING, condition("Ready", "reason"), "Why it is or is not ready."),
                        Column.wide("Checkpoint", STRING, ".status.checkpoint", "What it is restored from."),
                        AGE));
    }

    private static ResourceDefinition checkpoint() {
        return new ResourceDefinition(
                "Checkpoint",
                "checkpoints",
                "ckpt",
                Scope.Namespaced,
                Checkpoint.class,
                Set.of(),
                Checkpoint.Status.class,
                new Conditions(Checkpoint.Type.class, Checkpoint.Reason.class),
                List.of(
                        Column.of("Workload", STRING, ".spec.workload", "What it is of."),
                        Column.of("Node", STRING, ".spec.node", "Where it was taken."),
                        Column.of("Pages", STRING, ".status.pages", "Memory that it holds."),
                        Column.of("Stored", STRING, ".status.stored", "What it takes up in the store."),
                        Column.of("Frozen", STRING, ".status.frozen", "How long the workload stood still."),
                        Column.of(
                                "Restorable", STRING, condition("Restorable", "status"), "Whether it may be restored."),
                        AGE));
    }

    private static String condition(String type, String field) {
        return ".status.conditions[?(@.type==\"" + type + "\")]." + field;
    }
}
