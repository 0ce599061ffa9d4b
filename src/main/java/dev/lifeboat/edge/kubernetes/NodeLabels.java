package dev.lifeboat.edge.kubernetes;

import dev.lifeboat.plan.CapacityOffer.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a node's labels say of its machine. Zone and type are Kubernetes' own keys ("Well-Known Labels, Annotations and
/// Taints"); on what terms a machine runs, Karpenter and each cloud say by a key of their own.
public record NodeLabels(Map<String, String> all) {
    /// While the cluster has not said.
    public static final NodeLabels NONE = new NodeLabels(Map.of());

    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String TYPE = "node.kubernetes.io/instance-type";

    /// EKS writes its values in capitals; GKE and AKS have no word for reserved machines.
    private static final Map<String, Kind> WORDS = Map.of(
            "spot", Kind.SPOT,
            "preemptible", Kind.SPOT,
            "on-demand", Kind.ON_DEMAND,
            "on_demand", Kind.ON_DEMAND,
            "standard", Kind.ON_DEMAND,
            "regular", Kind.ON_DEMAND,
            "reserved", Kind.RESERVED,
            "capacity_block", Kind.RESERVED);

    private static final List<String> TERMS = List.of(
            "karpenter.sh/capacity-type",
            "eks.amazonaws.com/capacityType",
            "cloud.google.com/gke-provisioning",
            "kubernetes.azure.com/priority",
            // Deprecated by AKS for the one above, and on spot nodes alone.
            "kubernetes.azure.com/scalesetpriority");

    public NodeLabels {
        all = Map.copyOf(all);
    }

    /// Empty where the cluster knows none.
    public String zone() {
        return all.getOrDefault(ZONE, "");
    }

    /// Empty where the cluster knows none.
    public String instanceType() {
        return all.getOrDefault(TYPE, "");
    }

    /// Empty where no key that we know is there.
    public Optional<Kind> capacity() {
        return TERMS.stream()
                .map(key -> all.getOrDefault(key, "").toLowerCase(Locale.ROOT))
                .filter(WORDS::containsKey)
                .map(WORDS::get)
                .findFirst();
    }

    /// As policies ask for them, `key=value`.
    public Set<String> pairs() {
        return all.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.toSet());
    }
}
