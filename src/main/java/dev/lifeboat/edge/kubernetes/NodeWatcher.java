package dev.lifeboat.edge.kubernetes;

import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Memory;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.listener.Tally;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.listener.Watch;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Rejection;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Watches every node of a cluster for signs that it goes, and every pod for signs that its node is emptied; one for a
/// cluster. Needs the rights to list and watch nodes and pods. A watch that breaks is followed by a new list.
public final class NodeWatcher implements AutoCloseable {
    public static final String SOURCE = NodeSignals.SOURCE;

    /// Nodes are also gone through this often, so that the heartbeat moves and what failed is said again.
    private static final long RESYNC_MILLIS = 5_000;

    private final Trust trust;
    private final Memory memory;
    private final Listener listener;
    private final Tally tally;
    private final InstantSource clock;
    private final Map<String, Watch> watches = new ConcurrentHashMap<>();
    private final Set<String> recalled = ConcurrentHashMap.newKeySet();
    private final Set<String> cordoned = ConcurrentHashMap.newKeySet();
    private final SharedIndexInformer<Node> informer;
    private final SharedIndexInformer<Pod> pods;

    /// Starts to watch at once.
    ///
    /// @param memory what was said before; what a node no longer carries of it is taken back
    public NodeWatcher(
            KubernetesClient client, Trust trust, Memory memory, Listener listener, Tally tally, InstantSource clock) {
        this.trust = trust;
        this.memory = memory;
        this.listener = listener;
        this.tally = tally;
        this.clock = clock;
        this.informer = client.nodes().inform(new Changes(), RESYNC_MILLIS);
        this.pods = client.pods().inAnyNamespace().inform(new Evictions());
    }

    @Override
    public void close() {
        pods.close();
        informer.close();
    }

    /// By which the cloud knows the node's machine, such as `gce://PROJECT/ZONE/NAME`; empty while the cluster has no
    /// such node.
    public Optional<String> providerId(NodeName name) {
        Node node = informer.getStore().getByKey(name.value());
        return node == null || node.getSpec() == null
                ? Optional.empty()
                : Optional.ofNullable(node.getSpec().getProviderID());
    }

    private void seen(Node node) {
        Instant now = clock.instant();
        tally.heard(SOURCE, now);
        if (NodeSignals.name(node).isEmpty()) {
            var nameless = new Reading.Unreadable(Rejection.BAD_NODE, "a node object without a node's name");
            listener.accept(new Letter(SOURCE, "node", now, Payload.EMPTY), List.of(nameless));
            return;
        }
        String name = node.getMetadata().getName();
        List<Notice> standing =
                NodeSignals.standing(node, now).stream().map(trust::limit).toList();
        // The object is the whole truth: what it no longer carries is taken back at once.
        Watch watch = watches.computeIfAbsent(name, _ -> new Watch(1));
        recall(node, watch, now);
        List<Reading> words = watch.saw(standing, now).stream()
                .<Reading>map(Reading.Understood::new)
                .toList();
        if (!words.isEmpty()) {
            listener.accept(new Letter(SOURCE, "node/" + name, now, Payload.EMPTY), words);
        }
    }

    /// Once for a node: what went while nobody watched is gone, too. And once more when a node takes pods again: the
    /// drain that its evicted pods, or those who were asked about them, told of is over.
    private void recall(Node node, Watch watch, Instant now) {
        String name = node.getMetadata().getName();
        if (NodeSignals.cordoned(node)) {
            cordoned.add(name);
        } else if (cordoned.remove(name)) {
            recalled.remove(name);
        }
        if (recalled.contains(name)) {
            return;
        }
        memory.standing(new NodeName(name), SOURCE).ifPresent(said -> {
            watch.recall(NodeSignals.expected(node, said, now));
            recalled.add(name);
        });
    }

    /// A pod that is ended takes nothing back: what it said of its node stands until that takes pods again, or the
    /// deadline.
    private void ended(Pod pod) {
        Instant now = clock.instant();
        String node = pod.getSpec() == null ? null : pod.getSpec().getNodeName();
        boolean cordoned =
                node != null && NodeSignals.cordoned(informer.getStore().getByKey(node));
        NodeSignals.standing(pod, cordoned, now).map(trust::limit).ifPresent(notice -> {
            var about = "pod/" + pod.getMetadata().getNamespace() + "/"
                    + pod.getMetadata().getName();
            listener.accept(new Letter(SOURCE, about, now, Payload.EMPTY), List.of(new Reading.Understood(notice)));
        });
    }

    /// Called by the informer, one change at a time.
    private final class Evictions implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            ended(pod);
        }

        @Override
        public void onUpdate(Pod before, Pod pod) {
            ended(pod);
        }

        @Override
        public void onDelete(Pod pod, boolean finalStateUnknown) {}
    }

    /// Called by the informer, one change at a time.
    private final class Changes implements ResourceEventHandler<Node> {
        @Override
        public void onAdd(Node node) {
            seen(node);
        }

        @Override
        public void onUpdate(Node before, Node node) {
            seen(node);
        }

        /// A deleted object proves nothing about the machine: what was said of it stands.
        @Override
        public void onDelete(Node node, boolean finalStateUnknown) {
            watches.remove(node.getMetadata().getName());
            cordoned.remove(node.getMetadata().getName());
        }
    }
}
