package dev.lifeboat.listener;

import dev.lifeboat.notice.NodeName;

/// Port: whether a node's machine is gone, by the word of whoever runs it. Silence is no proof: a node that we do not
/// hear may be running all the same.
@FunctionalInterface
public interface ProofOfDeath {
    /// The node's machine is to be taken: who asks by another name than the node's learns it now, while the machine is
    /// still there to be asked about. Throws when the question is not answered.
    ///
    /// @return false when it has to be asked again
    default boolean meet(NodeName node) {
        return true;
    }

    /// True only once the machine has ended for good. A machine that is not known proves nothing.
    /// Nor does a question that is not answered, which throws.
    boolean ended(NodeName node);
}
