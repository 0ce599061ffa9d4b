package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.JournalEvent.NoticeAccepted;
import dev.lifeboat.migration.JournalEvent.NoticeSetAside;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent.MigrationBegun;
import dev.lifeboat.migration.MigrationEvent.WorkloadLetGo;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.SetAsideReason;
import dev.lifeboat.migration.Subject;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides what a notice starts, and what a doomed node's newly seen workloads start.
final class Intake {
    /// A heartbeat may still name a workload that has just left; one heard this much later means that it is back.
    private static final Duration STALE = Duration.ofSeconds(30);

    /// Maintenance is announced days ahead. Nothing is moved before an autoscaler's or a spot market's longest notice
    /// would have come: until then the workload earns its keep, and another notice may change the date.
    private static final Duration LEAD = Duration.ofMinutes(15);

    private final Planner planner;

    Intake(Planner planner) {
        this.planner = planner;
    }

    List<JournalEvent> on(Notice notice, Evacuations state, View view, Instant now) {
        Reclaim known = state.reclaim(notice.node());
        Reclaim after = known == null || Doom.over(known, now) ? Reclaim.of(notice) : known.with(notice);
        if (after.equals(known) || repeated(notice, known)) {
            return List.of();
        }
        var events = new ArrayList<JournalEvent>();
        events.add(new NoticeAccepted(notice, now));
        SetAsideReason idle = idle(notice, known, after, view, now);
        if (idle != null) {
            events.add(new NoticeSetAside(notice, now, idle));
        }
        events.addAll(begin(after, state, view, now));
        return events;
    }

    /// Migrations for all that runs on the doomed node and is not on its way yet.
    List<JournalEvent> begin(Reclaim reclaim, Evacuations state, View view, Instant now) {
        Instant closesAt = reclaim.closesAt().orElse(null);
        if (closesAt == null || closesAt.isAfter(now.plus(LEAD)) || !Doom.open(reclaim, now)) {
            return List.of();
        }
        List<Migration> known = state.of(reclaim.node());
        Instant heardAt = view.heardAt(reclaim.node());
        List<Workload> fresh = view.workloads(reclaim.node()).stream()
                .filter(workload -> known.stream().noneMatch(migration -> covers(migration, workload.id(), heardAt)))
                .toList();
        var events = new ArrayList<JournalEvent>();
        if (fresh.isEmpty()) {
            return events;
        }
        for (Planner.Choice choice : planner.choose(reclaim, fresh, view, now)) {
            int turn = 1
                    + (int) known.stream()
                            .filter(migration -> migration.subject().workload().equals(choice.workload()))
                            .count();
            MigrationId id = MigrationId.of(reclaim.id(), choice.workload(), turn);
            int rounds = choice instanceof Planner.Choice.Save save ? save.rounds() : 0;
            events.add(new MigrationBegun(
                    new Subject(id, reclaim.node(), choice.workload(), reclaim.id(), closesAt, rounds), now));
            if (choice instanceof Planner.Choice.LetGo) {
                events.add(new WorkloadLetGo(id, now, LetGoReason.POLICY));
            }
        }
        return events;
    }

    private static boolean covers(Migration migration, WorkloadId workload, Instant heardAt) {
        if (!migration.subject().workload().equals(workload)) {
            return false;
        }
        return switch (migration) {
            case Migration.Resumed resumed -> !heardAt.isAfter(resumed.at().plus(STALE));
            case Migration.LetGone gone -> gone.reason() != LetGoReason.WITHDRAWN;
            case Migration.AtRisk _, Migration.Adrift _, Migration.Safe _ -> true;
            case Migration.Lost _, Migration.Stranded _ -> true;
        };
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
