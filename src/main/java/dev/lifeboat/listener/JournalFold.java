package dev.lifeboat.listener;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.SetAsideReason;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Folds the journal into what [Holds] have to know: which notices were heard, and which nodes have
/// memory that is nowhere else. Belongs to one thread.
///
/// To be asked only between whole steps of the orchestrator: a notice is journalled just before what it
/// begins.
public final class JournalFold {
    /// Notices outlive their effect by far; what was heard longer ago than this many others is asked
    /// about no more.
    private static final int REMEMBERED = 65_536;

    private final Recent heard = new Recent(REMEMBERED);
    private final Recent ofStrangers = new Recent(REMEMBERED);
    private final Map<MigrationId, NodeName> homes = new HashMap<>();
    private final Map<NodeName, Set<MigrationId>> atRisk = new HashMap<>();

    public void replay(JournalEvent event) {
        switch (event) {
            case JournalEvent.NoticeAccepted accepted ->
                heard.add(accepted.notice().id().value());
            case JournalEvent.NoticeSetAside aside -> {
                String id = aside.notice().id().value();
                heard.add(id);
                if (aside.reason() == SetAsideReason.UNKNOWN_NODE) {
                    ofStrangers.add(id);
                }
            }
            case JournalEvent.OfPlan _ -> {}
            case MigrationEvent migration -> replay(migration);
        }
    }

    /// @param now a node without an agent may still get one until the notice's window closes
    public Evacuation of(Notice notice, Instant now) {
        String id = notice.id().value();
        if (!heard.has(id)) {
            return Evacuation.UNDECIDED;
        }
        if (atRisk.containsKey(notice.node())) {
            return Evacuation.AT_RISK;
        }
        return ofStrangers.has(id) && now.isBefore(closesAt(notice)) ? Evacuation.UNDECIDED : Evacuation.SAFE;
    }

    private void replay(MigrationEvent event) {
        switch (event) {
            case MigrationEvent.MigrationBegun begun -> {
                NodeName home = begun.subject().home();
                homes.put(begun.migration(), home);
                atRisk.computeIfAbsent(home, _ -> new HashSet<>()).add(begun.migration());
            }
            case MigrationEvent.CheckpointStored _,
                    MigrationEvent.WorkloadLetGo _,
                    MigrationEvent.WorkloadKept _,
                    MigrationEvent.BackgroundChosen _,
                    MigrationEvent.NodeLost _,
                    MigrationEvent.WorkloadResumed _,
                    MigrationEvent.WorkloadLost _,
                    MigrationEvent.CheckpointStranded _ -> settled(event.migration());
            case MigrationEvent.BackgroundNoted _,
                    MigrationEvent.DeadlineMoved _,
                    MigrationEvent.Replanned _,
                    MigrationEvent.SaveOrdered _,
                    MigrationEvent.StreamingBegun _,
                    MigrationEvent.WorkloadFrozen _,
                    MigrationEvent.PagesCaptured _,
                    MigrationEvent.SaveFailed _,
                    MigrationEvent.SaveRetried _,
                    MigrationEvent.SaveRecalled _,
                    MigrationEvent.RestorePlaced _,
                    MigrationEvent.NoDestinationFound _,
                    MigrationEvent.RestoreFailed _,
                    MigrationEvent.SourceReleased _ -> {}
        }
    }

    private void settled(MigrationId migration) {
        NodeName home = homes.remove(migration);
        if (home != null) {
            atRisk.computeIfPresent(home, (_, open) -> {
                open.remove(migration);
                return open.isEmpty() ? null : open;
            });
        }
    }

    private static Instant closesAt(Notice notice) {
        return switch (notice) {
            case Notice.Preemption preemption -> preemption.closesAt();
            case Notice.Drain drain -> drain.receivedAt().plus(drain.grace());
            case Notice.Advisory _, Notice.Death _, Notice.Withdrawal _, Notice.Canary _ -> notice.receivedAt();
        };
    }
}
