package dev.lifeboat.edge.kubernetes.picture;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/// What an object of ours is called in a cluster.
///
/// @param namespace empty for objects of the whole cluster
record Name(Kind kind, String namespace, String name) {
    /// Kinds that are drawn.
    enum Kind {
        /// Before what comes of it.
        NodeNotice("nodenotices", Scope.CLUSTER),
        Evacuation("evacuations", Scope.NAMESPACE),
        Checkpoint("checkpoints", Scope.NAMESPACE);

        private final String plural;
        private final Scope scope;

        private enum Scope {
            CLUSTER,
            NAMESPACE
        }

        Kind(String plural, Scope scope) {
            this.plural = plural;
            this.scope = scope;
        }

        ResourceDefinitionContext context() {
            return new ResourceDefinitionContext.Builder()
                    .withGroup("lifeboat.dev")
                    .withVersion("v1alpha1")
                    .withKind(name())
                    .withPlural(plural)
                    .withNamespaced(scope == Scope.NAMESPACE)
                    .build();
        }
    }

    /// As informers key what they hold.
    String key() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }

    @Override
    public String toString() {
        return kind + " " + key();
    }
}
