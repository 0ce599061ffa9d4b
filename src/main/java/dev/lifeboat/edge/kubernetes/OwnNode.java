package dev.lifeboat.edge.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import org.jboss.logging.Logger;

/// The node that an agent runs on, as the cluster has it. Watched and not asked once: an agent is
/// often there before the cloud has labelled its node. What was seen last holds while the API
/// server is out of reach.
///
/// Needs the rights to list and watch nodes.
public final class OwnNode implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(OwnNode.class);

    private final SharedIndexInformer<Node> informer;

    /// Returns at once, with no labels known: without them an agent works as well, and tells less.
    public OwnNode(KubernetesClient client, String name) {
        informer = client.nodes().withName(name).runnableInformer(0);
        informer.exceptionHandler((_, trouble) -> {
            LOG.warnf("this node's labels are not known, and are asked for again why=%s", trouble.getMessage());
            return true;
        });
        informer.start();
    }

    @Override
    public void close() {
        informer.close();
    }

    public NodeLabels labels() {
        return informer.getStore().list().stream()
                .findFirst()
                .map(node -> node.getMetadata().getLabels())
                .map(NodeLabels::new)
                .orElse(NodeLabels.NONE);
    }
}
