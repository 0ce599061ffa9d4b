package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.JournalEvent.NoticeAccepted;
import dev.lifeboat.migration.JournalEvent.NoticeSetAside;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent.MigrationBegun;
import dev.lifeboat.migration.MigrationEvent.SaveOrdered;
import dev.lifeboat.migration.MigrationEvent.SaveRecalled;
import dev.lifeboat.migration.MigrationEvent.WorkloadLetGo;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.SetAsideReason;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.plan.Needs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides what a notice starts.
final class Intake {
    private final Plans plans;

    Intake(Plans plans) {
        this.plans = plans;
    }

    List<JournalEvent> on(Notice notice, Evacuations state, View view, Instant now) {
        Reclaim known = state.reclaim(notice.node());
        Reclaim after = Reclaim.fold(known, notice, now);
        if (after.equals(known) || repeated(notice, known)) {
            return List.of();
        }
        var events = new ArrayList<JournalEvent>();
        events.add(new NoticeAccepted(notice, now));
        SetAsideReason idle = idle(notice, known, after, view, now);
        if (idle != null) {
            events.add(new NoticeSetAside(notice, now, idle));
        }
        events.addAll(plans.draw(after, state, view, now));
        return events;
    }

    /// An agent has acted on its standing orders. What it does is a migration whether or not its notice would still
    /// start one: there may be a checkpoint by now, and nothing left at home. It takes the place of one
    /// that another word of the same reclaim had begun here and that has not come to a save.
    List<JournalEvent> alone(Report.ActedAlone report, Evacuations state, View view, Instant now) {
        Reclaim known = state.reclaim(report.node());
        boolean news = known == null || known.over(now) || !repeated(report.notice(), known);
        var events = new ArrayList<JournalEvent>();
        if (news) {
            events.add(new NoticeAccepted(report.notice(), now));
        }
        state.of(report.node()).stream()
                .filter(other -> other.subject().workload().equals(report.workload()))
                .filter(other -> other instanceof Migration.Waiting || other instanceof Migration.Thawed)
                .map(other -> new WorkloadLetGo(other.id(), now, LetGoReason.SAVED_ALONE))
                .forEach(events::add);
        Needs seen = plans.needs(report.workload(), report.node(), view);
        var begun = new MigrationBegun(report.subject(seen == null ? report.needs() : seen), now);
        events.add(begun);
        Reclaim after = known == null || news ? Reclaim.fold(known, report.notice(), now) : known;
        // Its agent is at it, or was: it says what came of that, and a survivor does if it cannot.
        events.add(
                after.mustLeave()
                        ? new SaveOrdered(begun.migration(), now)
                        : new SaveRecalled(begun.migration(), now, LetGoReason.WITHDRAWN));
        return events;
    }

    /// Sources say the same again at every poll; it matters only where it may stand up again after a withdrawal.
    private static boolean repeated(Notice notice, @Nullable Reclaim known) {
        return known != null
                && !known.takenBack().containsKey(notice.id())
                && known.sightings().stream()
                        .anyMatch(sighting -> sighting.first().id().equals(notice.id()));
    }

    private static @Nullable SetAsideReason idle(
            Notice notice, @Nullable Reclaim known, Reclaim after, View view, Instant now) {
        return switch (notice) {
            case Notice.Withdrawal _ -> known == null ? SetAsideReason.NOTHING_TO_WITHDRAW : null;
            case Notice.Advisory _ -> SetAsideReason.ADVISORY_ONLY;
            case Notice.Canary _ -> null;
            case Notice.Preemption _, Notice.Drain _ -> {
                if (!after.closesAt().map(now::isBefore).orElse(true)) {
                    yield SetAsideReason.PAST_DEADLINE;
                }
                yield view.knows(notice.node()) ? null : SetAsideReason.UNKNOWN_NODE;
            }
            case Notice.Death _ -> view.knows(notice.node()) ? null : SetAsideReason.UNKNOWN_NODE;
        };
    }
}
