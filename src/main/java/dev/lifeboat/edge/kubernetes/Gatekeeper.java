package dev.lifeboat.edge.kubernetes;

import dev.lifeboat.notice.NoticeId;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Lifts the gate of every pod that has nothing to wait for. What waits is let through by the agent that has its
/// checkpoint; this is for all the others. Any number of them may do it at once: a gate is lifted once.
///
/// Needs the rights to list, watch and patch pods.
public final class Gatekeeper implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Gatekeeper.class);

    private final KubernetesClient client;
    private final Awaited awaited;
    private final SharedIndexInformer<Pod> pods;

    /// Port: what is on its way.
    public interface Awaited {
        /// Whether that is known already; until then nothing is lifted.
        boolean known();

        /// Blocks until everything is known that was so before the call, a second at most.
        void refresh();

        /// How many pods of the same owner are to wait: those that are on their way, and those that were given up for
        /// which the policy would rather wait for a person.
        int waitingFor(Successor successor);
    }

    /// Starts to watch at once.
    public Gatekeeper(KubernetesClient client, Awaited awaited) {
        this.client = client;
        this.awaited = awaited;
        this.pods = client.pods()
                .inAnyNamespace()
                .withLabel(ProtectedPod.OPT_IN, "true")
                .inform();
    }

    @Override
    public void close() {
        pods.close();
    }

    /// To be called again and again, some times a second.
    public void look() {
        if (!awaited.known()) {
            return;
        }
        gated().stream()
                .collect(Collectors.groupingBy(Successor::of))
                .forEach((successor, waiting) -> waiting.stream()
                        .sorted(Comparator.comparing(
                                (Pod pod) -> pod.getMetadata().getCreationTimestamp()))
                        .skip(awaited.waitingFor(successor))
                        .forEach(this::lift));
    }

    /// Those of a StatefulSet are one of a name; of others the oldest wait.
    private List<Pod> gated() {
        return pods.getStore().list().stream()
                .filter(pod ->
                        ProtectedPod.of(pod).gated() && !ProtectedPod.of(pod).ending())
                .toList();
    }

    /// The pod with this name, if it asked to be taken along and has a node.
    public Optional<ProtectedPod> running(String namespace, String name) {
        return Optional.ofNullable(pods.getStore().getByKey(namespace + "/" + name))
                .map(ProtectedPod::of)
                .filter(pod -> !pod.node().isEmpty() && !pod.ending());
    }

    /// Which drain evictions from the node belong to, as the node is now; empty while it takes new pods.
    public Optional<NoticeId> drain(String node) {
        return NodeSignals.drain(client.nodes().withName(node).get());
    }

    private void lift(Pod pod) {
        try {
            client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .patch(PatchContext.of(PatchType.JSON), Landing.lift(pod));
            LOG.infof("gate lifted, nothing is on its way pod=%s", ProtectedPod.of(pod));
        } catch (KubernetesClientException refused) {
            // Somebody else was first, or the server is away: the next look tells.
            LOG.debugf("gate not lifted pod=%s why=%s", ProtectedPod.of(pod), refused.getMessage());
        }
    }
}
