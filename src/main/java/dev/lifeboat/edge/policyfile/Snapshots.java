package dev.lifeboat.edge.policyfile;

import dev.lifeboat.plan.Question;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Trigger;
import java.nio.file.Path;
import java.time.Duration;

/// Where cases that name a cluster snapshot get their question from; the real one is what `what-if` asks, handed in at
/// launch.
@FunctionalInterface
public interface Snapshots {
    /// @throws IllegalArgumentException when the snapshot cannot be used; the message says where and why
    Question question(Path snapshot, Supposed supposed, Policies policies);

    /// A notice that is not there.
    ///
    /// @param node that it dooms
    /// @param window from the notice to the end
    record Supposed(String node, Trigger trigger, Duration window) {}
}
