package dev.lifeboat.edge.kubernetes.resource;

import dev.lifeboat.policy.Key;
import dev.lifeboat.policy.Text;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What somebody has said of a node, and what came of it.
public record NodeNotice(
        @Key(value = "The node that it is about.", required = true, text = Text.NAME)
        String node,

        @Key(value = "What was said.", required = true) Said said,

        @Key(
                value = "Who said it, such as ec2-imds; one of the folders of eviction-listeners.",
                required = true,
                text = Text.NAME)
        String source,

        @Key(value = "When it was heard.", required = true) Instant receivedAt,

        @Key("When the node goes; left out where nobody said.") @Nullable
        Instant deadline) {

    /// The kinds of notices.
    public enum Said {
        Preemption,
        Drain,
        Advisory,
        Death
    }

    /// How far its evacuations are.
    public record Status(
            @Key(value = "Workloads at risk.", standard = "0", least = "0", most = "1000000")
            int workloads,

            @Key(value = "Of these, restored elsewhere.", standard = "0", least = "0", most = "1000000")
            int resumed,

            @Key(value = "Of these, lost.", standard = "0", least = "0", most = "1000000")
            int lost) {}

    /// What is told of a notice.
    public enum Type {
        /// Whether plans count on it.
        Counts,
        /// Whether nothing is left to do for it.
        Finished
    }

    /// Why.
    public enum Reason {
        /// It is part of what is known of its node.
        Accepted,
        /// It starts nothing; the journal says why.
        SetAside,
        /// Who said it has taken it back.
        Withdrawn,
        /// Evacuations are under way.
        InProgress,
        /// Every workload is resumed, let go or lost.
        Done
    }
}
