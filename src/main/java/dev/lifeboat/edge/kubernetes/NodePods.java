package dev.lifeboat.edge.kubernetes;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The pods of one node that asked to be taken along, and those that wait to be restored on it.
/// What was seen last holds while the API server is out of reach.
///
/// Needs the rights to get, list, watch, patch and delete pods.
public final class NodePods implements AutoCloseable {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private final KubernetesClient client;
    private final String node;
    private final SharedIndexInformer<Pod> informer;

    /// Starts to watch at once; returns when the first list is there.
    public NodePods(KubernetesClient client, String node) {
        this.client = client;
        this.node = node;
        this.informer = client.pods()
                .inAnyNamespace()
                .withLabel(ProtectedPod.OPT_IN, "true")
                .withField("spec.nodeName", node)
                .inform();
    }

    @Override
    public void close() {
        informer.close();
    }

    /// Those on this node, whatever state they are in.
    public List<ProtectedPod> here() {
        return informer.getStore().list().stream().map(ProtectedPod::of).toList();
    }

    /// One that was sent to this node for a restore, and of which nobody has said that it runs.
    ///
    /// @param restore what the runtime's wrapper was told
    public record Sent(ProtectedPod pod, String restore) {}

    /// Those of this node that have neither ended nor been deleted.
    public List<Sent> sent() {
        return informer.getStore().list().stream()
                .filter(NodePods::isToStart)
                .flatMap(pod -> Landing.restore(pod).stream().map(restore -> new Sent(ProtectedPod.of(pod), restore)))
                .toList();
    }

    private static boolean isToStart(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return pod.getMetadata().getDeletionTimestamp() == null && !ENDED.contains(String.valueOf(phase));
    }

    /// Has the pod deleted, and no other of its name: its containers get a second to end.
    ///
    /// @throws KubernetesClientException when the API server does not answer
    public void delete(String namespace, String name, String uid) {
        delete(namespace, name, uid, 1L);
    }

    /// Whether there is no such pod any more, by the API server's own word: it goes once its kubelet has seen its
    /// containers dead, or once somebody has vouched for that by force.
    ///
    /// @throws KubernetesClientException when the API server does not answer
    public boolean isGone(ProtectedPod pod) {
        Pod now =
                client.pods().inNamespace(pod.namespace()).withName(pod.name()).get();
        return now == null || !now.getMetadata().getUid().equals(pod.uid());
    }

    /// As people do it: its containers are asked to end, within the pod's own time.
    public void ask(ProtectedPod pod) {
        delete(pod.namespace(), pod.name(), pod.uid(), null);
    }

    private void delete(String namespace, String name, String uid, @Nullable Long grace) {
        var options = new DeleteOptionsBuilder()
                .withApiVersion("v1")
                .withKind("DeleteOptions")
                .withGracePeriodSeconds(grace)
                .withNewPreconditions()
                .withUid(uid)
                .endPreconditions()
                .build();
        try {
            client.raw("/api/v1/namespaces/" + namespace + "/pods/" + name, "DELETE", options);
        } catch (KubernetesClientException refused) {
            boolean gone = refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    || refused.getCode() == HttpURLConnection.HTTP_CONFLICT;
            if (!gone) {
                throw refused;
            }
        }
    }

    /// Sends the oldest pod that is held back and fits to this node.
    ///
    /// @param restore what the runtime's wrapper is told
    /// @return it; empty while there is none
    public Optional<ProtectedPod> land(String namespace, Predicate<ProtectedPod> fits, String restore) {
        List<Pod> waiting =
                client.pods().inNamespace(namespace).withLabel(ProtectedPod.OPT_IN, "true").list().getItems().stream()
                        .filter(pod -> wanted(ProtectedPod.of(pod), fits))
                        .sorted(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
                        .toList();
        return waiting.stream()
                .filter(pod -> patched(pod, Landing.patch(pod, node, restore)))
                .map(ProtectedPod::of)
                .findFirst();
    }

    private static boolean wanted(ProtectedPod pod, Predicate<ProtectedPod> fits) {
        return pod.gated() && !pod.ending() && fits.test(pod);
    }

    /// It runs: a container that is created in it later starts afresh.
    public void landed(String namespace, String name) {
        client.pods().inNamespace(namespace).withName(name).patch(PatchContext.of(PatchType.JSON_MERGE), Landing.DONE);
    }

    /// @return false when somebody else was first
    private boolean patched(Pod pod, String patch) {
        try {
            client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .patch(PatchContext.of(PatchType.JSON), patch);
            return true;
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == Landing.UNPROCESSABLE
                    || refused.getCode() == HttpURLConnection.HTTP_CONFLICT
                    || refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return false;
            }
            throw refused;
        }
    }
}
