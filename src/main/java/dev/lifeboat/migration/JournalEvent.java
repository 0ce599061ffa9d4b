package dev.lifeboat.migration;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.NoticeId;
import java.time.Instant;

/// What was decided. The journal of these is the only truth: all else is a fold of it.
public sealed interface JournalEvent {
    /// When it was decided, by the orchestrator's clock.
    Instant at();

    /// About one node.
    sealed interface OfNode extends JournalEvent {
        NodeName node();

        NoticeId notice();
    }

    /// The node is doomed until `closesAt`, unless withdrawn.
    record NoticeAccepted(NoticeId notice, NodeName node, Instant at, Instant closesAt) implements OfNode {}

    /// @param closesAt until when it may still come to count
    record NoticeSetAside(NoticeId notice, NodeName node, Instant at, Instant closesAt, SetAsideReason reason)
            implements OfNode {}

    record NoticeWithdrawn(NoticeId notice, NodeName node, Instant at) implements OfNode {}

    /// About one migration.
    sealed interface OfMigration extends JournalEvent permits MigrationEvent {
        MigrationId migration();
    }
}
