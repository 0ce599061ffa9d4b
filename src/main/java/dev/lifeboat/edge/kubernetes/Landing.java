package dev.lifeboat.edge.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is changed of a pod that is held back, in one patch: which node, which checkpoint, and that it may go. Of a pod
/// under a gate Kubernetes lets its constraints be made narrower (pod scheduling readiness, stable since 1.30); the
/// scheduler has the last word.
final class Landing {
    static final String RESTORE = "lifeboat.dev/restore";
    private static final String ASKING = "lifeboat.dev/gate";

    /// A test in a JSON patch has failed.
    static final int UNPROCESSABLE = 422;

    /// The runtime's wrapper remembers by itself, but not through a reboot.
    static final String DONE =
            "{\"metadata\": {\"annotations\": {\"" + RESTORE + "\": null, \"" + ASKING + "\": null}}}";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Landing() {}

    /// What it was told to begin with; empty for one that begins afresh, or runs.
    static Optional<String> restore(Pod pod) {
        return Optional.ofNullable(pod.getMetadata().getAnnotations()).map(annotations -> annotations.get(RESTORE));
    }

    static String patch(Pod pod, String node, String restore) {
        ArrayNode patch = JSON.arrayNode();
        step(patch, "test", "/metadata/resourceVersion")
                .put("value", pod.getMetadata().getResourceVersion());
        Map<String, String> annotations = new HashMap<>(
                Optional.ofNullable(pod.getMetadata().getAnnotations()).orElse(Map.of()));
        annotations.put(RESTORE, restore);
        annotations.put(ASKING, "ask");
        step(patch, "add", "/metadata/annotations").putPOJO("value", annotations);
        step(patch, "add", "/spec/affinity").putPOJO("value", pinned(pod, node));
        step(patch, "add", "/spec/schedulingGates").putPOJO("value", otherGates(pod));
        return Serialization.asJson(patch);
    }

    /// The gate alone is lifted: it starts as any other.
    static String lift(Pod pod) {
        ArrayNode patch = JSON.arrayNode();
        step(patch, "test", "/metadata/resourceVersion")
                .put("value", pod.getMetadata().getResourceVersion());
        step(patch, "add", "/spec/schedulingGates").putPOJO("value", otherGates(pod));
        return Serialization.asJson(patch);
    }

    private static ObjectNode step(ArrayNode patch, String operation, String path) {
        return patch.addObject().put("op", operation).put("path", path);
    }

    private static List<?> otherGates(Pod pod) {
        return pod.getSpec().getSchedulingGates().stream()
                .filter(gate -> !ProtectedPod.GATE.equals(gate.getName()))
                .toList();
    }

    /// Terms are alternatives, so each gets the node.
    private static Affinity pinned(Pod pod, String node) {
        var here = new NodeSelectorRequirement("metadata.name", "In", List.of(node));
        Affinity given = Optional.ofNullable(pod.getSpec().getAffinity()).orElseGet(Affinity::new);
        List<NodeSelectorTerm> terms = Optional.ofNullable(given.getNodeAffinity())
                .flatMap(affinity -> Optional.ofNullable(affinity.getRequiredDuringSchedulingIgnoredDuringExecution()))
                .map(selector -> selector.getNodeSelectorTerms())
                .filter(list -> !list.isEmpty())
                .orElseGet(() -> List.of(new NodeSelectorTerm()));
        return new AffinityBuilder(given)
                .editOrNewNodeAffinity()
                .editOrNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withNodeSelectorTerms(terms.stream()
                        .map(term -> new NodeSelectorTermBuilder(term)
                                .addToMatchFields(here)
                                .build())
                        .toList())
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .build();
    }
}
