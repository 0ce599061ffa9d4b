package dev.lifeboat.edge.objectstore;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.notice.NodeName;
import java.util.List;

/// Where a chain's objects lie, and when they may be removed: docs/reference/checkpoint-format.md, section Chains.
///
/// @param name 16 hex digits
record ChainKeys(NodeName node, String name) {
    private static final String ROOT = "chains/";

    static String ofNode(NodeName node) {
        return ROOT + node + "/";
    }

    String prefix() {
        return ofNode(node) + name + "/";
    }

    String alive() {
        return prefix() + "alive";
    }

    String layer(int number) {
        return prefix() + number + "/";
    }

    /// What every chunk of a layer is bound to.
    String context(int layer) {
        return "lifeboat/2\n" + node + "/" + name + "\n" + layer;
    }

    private String references() {
        return prefix() + "for/";
    }

    /// @param attempt at the checkpoint
    String reference(CheckpointId id, String attempt) {
        return references() + id + "/" + attempt;
    }

    /// Removes the chain unless a checkpoint refers to it or is about to. First the sign of life goes, then references
    /// are looked for; a draft does it the other way about, so that one of the two sees the other.
    void sweep(ObjectStore store) {
        if (isReferredTo(store)) {
            return;
        }
        store.delete(alive());
        if (!isReferredTo(store)) {
            store.list(prefix()).forEach(store::delete);
        }
    }

    private boolean isReferredTo(ObjectStore store) {
        return !store.list(references()).isEmpty();
    }

    /// The chains that are left of a node's earlier agents.
    static List<ChainKeys> of(NodeName node, ObjectStore store) {
        String root = ofNode(node);
        return store.list(root).stream()
                .map(key -> key.substring(root.length()))
                .map(key -> key.substring(0, key.indexOf('/')))
                .distinct()
                .map(name -> new ChainKeys(node, name))
                .toList();
    }
}
