package dev.lifeboat.edge.planning;

import dev.lifeboat.policy.Policies;
import java.nio.file.Path;

/// Reads policies; the real one is the policy file edge, handed in at launch.
@FunctionalInterface
public interface PolicyFolder {
    /// @throws BadInput when a policy has an error or nothing can be read
    Policies load(Path fileOrDirectory);
}
