package dev.lifeboat.policy;

import java.time.Duration;

/// Workloads that belong together, such as the ranks of one MPI job.
public record Group(
        @Key(value = "A CEL expression; workloads with the same text are one group.", required = true)
        Grouping by,

        @Key(value = "AllOrNothing saves all members or none.", standard = "AllOrNothing")
        Consistency consistency,

        @Key(value = "The moment at which all members stand still together.", standard = "{}")
        Barrier barrier,

        @Key(value = "Whether only members on doomed nodes are moved, or all of them.", standard = "AffectedMembers")
        Scope scope) {
    /// What a group's checkpoint is worth without one of its members.
    public enum Consistency {
        AllOrNothing,
        BestEffort
    }

    /// Who is moved.
    public enum Scope {
        AffectedMembers,
        WholeGroup
    }

    /// The moment at which all members stand still together.
    public record Barrier(
            @Key(value = "How long members wait for each other.", standard = "10s", least = "100ms", most = "10m")
            Duration timeout,

            @Key(value = "What to do when one does not come.", standard = "NextRung")
            OnTimeout onTimeout) {}

    /// What to do when a member does not come.
    public enum OnTimeout {
        NextRung,
        Proceed
    }
}
