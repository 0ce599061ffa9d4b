package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.orchestrator.Planner.Aboard;
import dev.lifeboat.orchestrator.Planner.Occasion;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What has become of the groups of one node that are saved all or none.
///
/// As soon as one is given up the others are worth nothing, and are taken back; unless one is safe already:
/// then nothing is impossible too, and the more are saved the better.
final class Groups {
    private final Occasion occasion;
    private final Map<WorkloadId, Migration> newest = new HashMap<>();

    Groups(Occasion occasion) {
        this.occasion = occasion;
        occasion.state().of(occasion.reclaim().node()).stream()
                .filter(one -> !occasion.state().isPast(one.id()))
                .forEach(one -> newest.put(one.subject().workload(), one));
    }

    /// Those that will not be saved any more and still run, in the order of the heartbeat.
    List<Aboard> givenUp() {
        Set<String> safe = groupsOf(Groups::isSafe);
        Set<String> lost = groupsOf(Groups::isGivenUp);
        lost.removeAll(safe);
        if (lost.isEmpty()) {
            return List.of();
        }
        NodeName node = occasion.reclaim().node();
        return occasion.view().workloads(node).stream()
                .filter(workload -> isOneOf(workload, lost))
                .map(workload -> new Aboard(workload, null, null))
                .toList();
    }

    private boolean isOneOf(Workload workload, Set<String> lost) {
        Migration migration = newest.get(workload.id());
        return migration != null && isGivenUp(migration) && lost.contains(group(migration));
    }

    private Set<String> groupsOf(Predicate<Migration> are) {
        var groups = new HashSet<String>();
        for (Migration migration : newest.values()) {
            String group = group(migration);
            if (group != null && are.test(migration)) {
                groups.add(group);
            }
        }
        return groups;
    }

    private static @Nullable String group(Migration migration) {
        return migration.subject().planned().stake().group();
    }

    /// Captured ones count: nothing but the store can fail them now.
    private static boolean isSafe(Migration migration) {
        return migration instanceof Migration.Safe
                || migration instanceof Migration.Resumed
                || migration instanceof Migration.Captured
                || migration instanceof Migration.Stranded;
    }

    private static boolean isGivenUp(Migration migration) {
        return switch (migration) {
            case Migration.Recalled recalled -> isGivenUp(recalled.why());
            case Migration.Kept kept -> isGivenUp(kept.why());
            case Migration.LetGone gone -> isGivenUp(gone.reason());
            case Migration.AtRisk _, Migration.Adrift _, Migration.Safe _, Migration.Closed _ -> false;
        };
    }

    private static boolean isGivenUp(LetGoReason reason) {
        return switch (reason) {
            case OUT_OF_TIME, SAVES_FAILED, TOLD_TO_END, OUTRANKED -> true;
            case WITHDRAWN, ALREADY_GONE, SAVED_ALONE, CANNOT_BE_SAVED, HANDED_OVER, POLICY -> false;
        };
    }
}
