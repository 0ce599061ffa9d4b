package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.IllegalMove;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Migration.Closed;
import dev.lifeboat.migration.Migration.LetGone;
import dev.lifeboat.migration.Migration.Lost;
import dev.lifeboat.migration.Migration.Resumed;
import dev.lifeboat.migration.Migration.Stranded;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Folds the whole journal into which workloads are on their way, for those who hold back what would take a workload's
/// place meanwhile. Safe for several threads.
public final class Departures {
    /// Migrations that are over are told apart from those that never were, for as long as this many came after.
    private static final int REMEMBERED = 10_000;

    private final Map<MigrationId, Known> known = new LinkedHashMap<>();
    private boolean whole;

    /// How one stands.
    public enum Standing {
        /// Its memory is at home only: it may still be let go, and run on.
        AT_RISK,
        /// It is to be restored, or may be.
        AWAITED,
        /// It runs elsewhere.
        RESUMED,
        /// It was left to its end, or went on.
        LET_GO,
        /// It will not come back with its memory.
        GIVEN_UP;

        /// Whether what replaces it has to wait.
        public boolean open() {
            return this == AT_RISK || this == AWAITED;
        }
    }

    /// @param since its latest event
    public record Departure(WorkloadId workload, Standing standing, Instant since) {}

    private record Known(Migration migration, Instant since) {}

    public synchronized void replay(JournalEvent event) {
        if (event instanceof MigrationEvent.MigrationBegun begun) {
            known.put(begun.migration(), new Known(Migration.begin(begun), begun.at()));
            forgetOldest();
        } else if (event instanceof MigrationEvent moved) {
            known.computeIfPresent(moved.migration(), (_, before) -> moved(before, moved));
        }
    }

    private static Known moved(Known before, MigrationEvent event) {
        try {
            return new Known(before.migration().replay(event), event.at());
        } catch (IllegalMove newer) {
            // Written by a newer orchestrator: what is known of it holds.
            return before;
        }
    }

    private void forgetOldest() {
        Iterator<Known> oldest = known.values().iterator();
        for (int over = known.size() - REMEMBERED; over > 0 && oldest.hasNext(); ) {
            if (oldest.next().migration() instanceof Closed) {
                oldest.remove();
                over--;
            }
        }
    }

    /// The journal was read to its end once: from now on what is not known is not there.
    public synchronized void readWhole() {
        whole = true;
    }

    public synchronized boolean isWhole() {
        return whole;
    }

    /// The latest of each workload, oldest first.
    public synchronized List<Departure> of(Predicate<WorkloadId> workloads) {
        var latest = new LinkedHashMap<WorkloadId, Departure>();
        for (Known each : known.values()) {
            WorkloadId workload = each.migration().subject().workload();
            if (workloads.test(workload)) {
                latest.remove(workload);
                latest.put(workload, new Departure(workload, standing(each.migration()), each.since()));
            }
        }
        return List.copyOf(latest.values());
    }

    public Optional<Departure> of(WorkloadId workload) {
        return of(workload::equals).stream().findFirst();
    }

    private static Standing standing(Migration migration) {
        return switch (migration) {
            case Migration.Kept _ -> Standing.AWAITED;
            case Migration.AtRisk _ -> Standing.AT_RISK;
            case Migration.Adrift _, Migration.Safe _ -> Standing.AWAITED;
            case Resumed _ -> Standing.RESUMED;
            case LetGone _ -> Standing.LET_GO;
            case Lost _, Stranded _ -> Standing.GIVEN_UP;
        };
    }
}
