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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Which claims of this node's pods are bound to volumes that no other node can use, by the node
/// affinity of the volume (`local` volumes, and those of drivers for disks of nodes). A pod keeps its
/// claims and these their volumes, so each is asked for once.
///
/// Needs the rights to get claims and volumes. What cannot be asked for counts as a volume that can move.
public final class LocalVolumes {
    private static final Logger LOG = Logger.getLogger(LocalVolumes.class);

    /// Kubernetes' own key for one node, and how CSI drivers end theirs (`topology.topolvm.io/node`).
    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final String NODE = "/node";

    private final KubernetesClient client;

    /// By the pod's uid and the claim's name.
    private final Map<String, Boolean> known = new ConcurrentHashMap<>();

    public LocalVolumes(KubernetesClient client) {
        this.client = client;
    }

    /// Of all pods of this node, the claims that stay, by pod's uid; what is asked about no more is forgotten.
    public Map<String, List<String>> of(List<ProtectedPod> pods) {
        learn(pods);
        return pods.stream()
                .collect(Collectors.toMap(
                        ProtectedPod::uid,
                        pod -> pod.claims().stream()
                                .filter(claim -> known.getOrDefault(key(pod, claim), false))
                                .toList(),
                        (one, _) -> one));
    }

    /// Until the first question that nobody answers: the next round asks again.
    private void learn(List<ProtectedPod> pods) {
        known.keySet()
                .retainAll(pods.stream()
                        .flatMap(pod -> pod.claims().stream().map(claim -> key(pod, claim)))
                        .collect(Collectors.toSet()));
        try {
            for (ProtectedPod pod : pods) {
                for (String claim : pod.claims()) {
                    if (!known.containsKey(key(pod, claim))) {
                        volume(pod.namespace(), claim).ifPresent(found -> known.put(key(pod, claim), onOneNode(found)));
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

    /// Terms are alternatives: each must name a node, and all the same one.
    static boolean onOneNode(PersistentVolume volume) {
        List<NodeSelectorTerm> terms = Optional.ofNullable(volume.getSpec().getNodeAffinity())
                .map(affinity -> affinity.getRequired())
                .map(required -> required.getNodeSelectorTerms())
                .orElse(List.of());
        Set<String> nodes = new HashSet<>();
        for (NodeSelectorTerm term : terms) {
            Optional<NodeSelectorRequirement> named = term.getMatchExpressions().stream()
                    .filter(each -> "In".equals(each.getOperator()))
                    .filter(each ->
                            each.getKey().equals(HOSTNAME) || each.getKey().endsWith(NODE))
                    .findFirst();
            if (named.isEmpty()) {
                return false;
            }
            nodes.addAll(named.get().getValues());
        }
        return nodes.size() == 1;
    }
}
