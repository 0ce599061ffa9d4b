package dev.lifeboat.edge.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;

/// What a pod may take the place of, told by its name alone: the journal knows workloads by their names, and the pods
/// that had them are gone.
///
/// @param family what its owner puts before a random part of five characters; its whole name where there is none
/// @param random whether there is such a part
/// @param labels of the pod
public record Successor(String namespace, String family, boolean random, String kind, Map<String, String> labels) {
    /// apiserver `names.maxGeneratedNameLength` and `randomLength`, read 2026-11.
    private static final int LONGEST_FAMILY = 58;

    private static final int RANDOM = 5;

    public Successor {
        labels = Map.copyOf(labels);
    }

    static Successor of(Pod pod) {
        var meta = pod.getMetadata();
        String owner = ProtectedPod.owner(meta).kind();
        var labels = Optional.ofNullable(meta.getLabels()).orElse(Map.of());
        String prefix = meta.getGenerateName();
        // A StatefulSet's pods carry a prefix too, but their names are their own.
        if (prefix == null || prefix.isEmpty() || owner.equals("StatefulSet")) {
            return new Successor(
                    meta.getNamespace(), Optional.ofNullable(meta.getName()).orElse(""), false, owner, labels);
        }
        String family = prefix.substring(0, Math.min(LONGEST_FAMILY, prefix.length()));
        return new Successor(meta.getNamespace(), family, true, owner, labels);
    }

    /// Whether a pod of that name had the place.
    public boolean follows(String otherNamespace, String name) {
        if (!namespace.equals(otherNamespace)) {
            return false;
        }
        return random ? name.startsWith(family) && name.length() == family.length() + RANDOM : name.equals(family);
    }
}
