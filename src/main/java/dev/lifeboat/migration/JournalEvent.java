package dev.lifeboat.migration;

import dev.lifeboat.notice.Notice;
import java.time.Instant;

/// What was decided. The journal of these is the only truth: all else is a fold of it.
public sealed interface JournalEvent {
    /// When it was decided, by the orchestrator's clock.
    Instant at();

    /// About one node.
    sealed interface OfNode extends JournalEvent {
        Notice notice();
    }

    /// The notice counts: from now on it is part of what is known of its node.
    record NoticeAccepted(Notice notice, Instant at) implements OfNode {}

    /// The notice starts nothing, and why.
    record NoticeSetAside(Notice notice, Instant at, SetAsideReason reason) implements OfNode {}

    /// About one migration.
    sealed interface OfMigration extends JournalEvent permits MigrationEvent {
        MigrationId migration();
    }
}
