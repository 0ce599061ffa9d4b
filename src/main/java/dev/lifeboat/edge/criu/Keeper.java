package dev.lifeboat.edge.criu;

import java.io.IOException;

/// Keeps a tree's missing pages missing: without it, whoever touches one after the lazy-pages daemon has died finds
/// zeros there. A process of its own, so that it outlives this one, and then kills the tree.
public interface Keeper {
    /// Nothing is missing any more: it lets go, and ends. Blocks until it has.
    void letGo() throws IOException;

    /// The tree is dead when this returns.
    void kill() throws IOException;
}
