package dev.lifeboat.edge.kubernetes;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Where the volumes of this node's pods can be used, by the node affinity of each: on one node
/// only (`local` volumes, and those of drivers for disks of nodes), or in some zones. A pod keeps
/// its claims and these their volumes, so each is asked for once.
///
/// Needs the rights to get claims and volumes. What cannot be asked for counts as a volume that can move anywhere.
public final class VolumePlaces {
    private static final Logger LOG = Logger.getLogger(VolumePlaces.class);

    /// Kubernetes' own key for one node, and how CSI drivers end theirs (`topology.topolvm.io/node`).
    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final String NODE = "/node";

    /// How Kubernetes' own key for a zone ends, and those of CSI drivers (`topology.gke.io/zone`).
    private static final String ZONE = "/zone";

    private final KubernetesClient client;

    /// By the pod's uid and the claim's name.
    private final Map<String, Place> known = new ConcurrentHashMap<>();

    /// @param zones empty for anywhere
    record Place(boolean oneNode, Set<String> zones) {
        private static final Place ANYWHERE = new Place(false, Set.of());

        static Place of(PersistentVolume volume) {
            boolean here = named(volume, key -> key.equals(HOSTNAME) || key.endsWith(NODE))
                            .size()
                    == 1;
            Set<String> zones = named(volume, key -> key.endsWith(ZONE));
            // Azure's drivers name, beside zones, the empty one of machines that have none.
            return new Place(here, zones.contains("") ? Set.of() : zones);
        }

        /// What one of these keys may be; empty for anything. Terms are alternatives: each must say something of it.
        private static Set<String> named(PersistentVolume volume, Predicate<String> key) {
            List<NodeSelectorTerm> terms = Optional.ofNullable(volume.getSpec().getNodeAffinity())
                    .map(affinity -> affinity.getRequired())
                    .map(required -> required.getNodeSelectorTerms())
                    .orElse(List.of());
            Set<String> values = new HashSet<>();
            for (NodeSelectorTerm term : terms) {
                Optional<NodeSelectorRequirement> said = term.getMatchExpressions().stream()
                        .filter(each -> "In".equals(each.getOperator()))
                        .filter(each -> key.test(each.getKey()))
                        .findFirst();
                if (said.isEmpty()) {
                    return Set.of();
                }
                values.addAll(said.get().getValues());
            }
            return values;
        }
    }

    public VolumePlaces(KubernetesClient client) {
        this.client = client;
    }

    /// Of all pods of this node, the claims that stay, by pod's uid; what is asked about no more is forgotten.
    public Map<String, List<String>> staying(List<ProtectedPod> pods) {
        learn(pods);
        return pods.stream()
                .collect(Collectors.toMap(
                        ProtectedPod::uid,
                        pod -> pod.volumes().claims().stream()
                                .filter(claim -> place(pod, claim).oneNode())
                                .toList(),
                        (one, _) -> one));
    }

    /// Where all of a pod's volumes can be attached, as far as it is known; empty for anywhere.
    public Set<String> zones(ProtectedPod pod) {
        return pod.volumes().claims().stream()
                .map(claim -> place(pod, claim).zones())
                .filter(zones -> !zones.isEmpty())
                .reduce((one, other) -> one.stream().filter(other::contains).collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    private Place place(ProtectedPod pod, String claim) {
        return Objects.requireNonNullElse(known.get(key(pod, claim)), Place.ANYWHERE);
    }

    /// Until the first question that nobody answers: the next round asks again.
    private void learn(List<ProtectedPod> pods) {
        known.keySet()
                .retainAll(pods.stream()
                        .flatMap(pod -> pod.volumes().claims().stream().map(claim -> key(pod, claim)))
                        .collect(Collectors.toSet()));
        try {
            for (ProtectedPod pod : pods) {
                for (String claim : pod.volumes().claims()) {
                    if (!known.containsKey(key(pod, claim))) {
                        volume(pod.namespace(), claim).ifPresent(found -> known.put(key(pod, claim), Place.of(found)));
                    }
                }
            }
        } catch (KubernetesClientException refused) {
            LOG.warnf("whether volumes can move is not known why=%s", refused.getMessage());
        }
    }

    private static String key(ProtectedPod pod, String claim) {
        return pod.uid() + "/" + claim;
    }

    private Optional<PersistentVolume> volume(String namespace, String claim) {
        PersistentVolumeClaim found = client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName(claim)
                .get();
        return Optional.ofNullable(found)
                .map(bound -> bound.getSpec().getVolumeName())
                .map(name -> client.persistentVolumes().withName(name).get());
    }
}
