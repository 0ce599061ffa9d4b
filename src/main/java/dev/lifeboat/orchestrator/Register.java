package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Migration.AtRisk;
import dev.lifeboat.migration.Migration.Waiting;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.notice.NodeName;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the migrations of a partition again by what is asked of them all the time, so that nobody has to look through
/// all of them. Follows from the migrations alone.
final class Register {
    private final Map<NodeName, Map<MigrationId, Migration>> byHome = new HashMap<>();
    private final Map<MigrationId, Migration> open = new LinkedHashMap<>();
    private final Map<MigrationId, AtRisk> atRisk = new LinkedHashMap<>();

    /// What is open and does more than wait for its turn.
    private final Map<MigrationId, Migration> busy = new LinkedHashMap<>();

    /// How many wait for their turn on each node that has some.
    private final Map<NodeName, Integer> waiting = new LinkedHashMap<>();

    private final Turns turns = new Turns();
    private final Set<NodeName> moved = new HashSet<>();

    /// @param before null when it has just begun
    void moved(@Nullable Migration before, Migration after) {
        NodeName home = after.subject().home();
        byHome.computeIfAbsent(home, _ -> new LinkedHashMap<>()).put(after.id(), after);
        // What is closed may open again: a checkpoint that turns up late counts.
        keep(open, after, !(after instanceof Migration.Closed));
        keep(busy, after, !(after instanceof Migration.Closed) && !(after instanceof Waiting));
        if (after instanceof AtRisk risk) {
            atRisk.put(after.id(), risk);
        } else {
            atRisk.remove(after.id());
        }
        int more = (after instanceof Waiting ? 1 : 0) - (before instanceof Waiting ? 1 : 0);
        waiting.merge(home, more, Integer::sum);
        waiting.remove(home, 0);
        turns.moved(before, after);
        moved.add(home);
    }

    void forget(NodeName home) {
        byHome.remove(home);
    }

    /// In order of their beginning.
    List<Migration> of(NodeName home) {
        return List.copyOf(byHome.getOrDefault(home, Map.of()).values());
    }

    /// In order of opening.
    Collection<Migration> open() {
        return Collections.unmodifiableCollection(open.values());
    }

    /// In order of opening.
    Collection<AtRisk> atRisk() {
        return Collections.unmodifiableCollection(atRisk.values());
    }

    Collection<Migration> busy() {
        return Collections.unmodifiableCollection(busy.values());
    }

    /// Nodes with a migration that waits for its turn.
    Set<NodeName> waiting() {
        return Collections.unmodifiableSet(waiting.keySet());
    }

    Turns turns() {
        return turns;
    }

    /// Nodes of which a migration has moved since this was last asked.
    Set<NodeName> takeMoved() {
        Set<NodeName> taken = Set.copyOf(moved);
        moved.clear();
        return taken;
    }

    private static void keep(Map<MigrationId, Migration> where, Migration migration, boolean belongs) {
        if (belongs) {
            where.put(migration.id(), migration);
        } else {
            where.remove(migration.id());
        }
    }
}
