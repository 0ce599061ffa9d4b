package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Migration.Captured;
import dev.lifeboat.migration.Migration.Recalled;
import dev.lifeboat.migration.Migration.Saving;
import dev.lifeboat.migration.Migration.Waiting;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.notice.NodeName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Whose save is ordered next. A node's saves go over its link one after the other, in the order of its plan; across
/// nodes a policy's budget says how many may be under way, the most valuable first.
///
/// Follows from the migrations alone, and is kept up as they move: asked of each of some ten thousand that wait, at
/// every tick, it must not look at all the others each time.
final class Turns {
    private static final Comparator<Migration> WORTHIEST = Comparator.comparingDouble(
                    (Migration one) -> stake(one).value())
            .reversed()
            .thenComparing(one -> one.id().value());

    private static final Comparator<Migration> FIRST_OF_PLAN = Comparator.comparingInt(
                    (Migration one) -> one.subject().planned().rank())
            .thenComparing(one -> one.id().value());

    /// The first of the plan of each node whose link is free.
    private final Map<NodeName, Waiting> next = new HashMap<>();

    private final Map<String, Budget> budgets = new HashMap<>();

    /// Nodes of which a migration has moved since somebody asked.
    private final Set<NodeName> moved = new HashSet<>();

    /// What of a policy's is under way, and what comes next.
    private static final class Budget {
        private int underWay;
        private final SortedSet<Waiting> next = new TreeSet<>(WORTHIEST);

        /// As many of the worthiest as may still begin.
        Stream<Waiting> reached() {
            // Of one policy's, all count alike.
            int atOnce = next.isEmpty() ? 0 : stake(next.first()).atOnce();
            return next.stream().limit(Math.max(0, atOnce - underWay));
        }
    }

    /// @param before null when it has just begun
    void moved(@Nullable Migration before, Migration after) {
        if (before != null && isUnderWay(before)) {
            budget(before).underWay--;
        }
        if (isUnderWay(after)) {
            budget(after).underWay++;
        }
        moved.add(after.subject().home());
    }

    /// @param state whose every move was told
    boolean hasCome(Waiting migration, Evacuations state) {
        look(state);
        Waiting first = next.get(migration.subject().home());
        return first != null && first.id().equals(migration.id()) && isWithinBudget(first);
    }

    /// All whose turn has come.
    List<Waiting> come(Evacuations state) {
        look(state);
        return budgets.values().stream().flatMap(Budget::reached).toList();
    }

    private boolean isWithinBudget(Waiting migration) {
        return isUnbudgeted(migration) || budget(migration).reached().anyMatch(migration::equals);
    }

    private void look(Evacuations state) {
        moved.forEach(node -> look(node, state.of(node)));
        moved.clear();
    }

    private void look(NodeName node, List<Migration> migrations) {
        Waiting before = next.remove(node);
        if (before != null) {
            budget(before).next.remove(before);
        }
        Waiting first = first(migrations);
        if (first != null) {
            next.put(node, first);
            budget(first).next.add(first);
        }
    }

    /// Null while the link is taken: once everything of a save is in the agent's memory the next may be ordered, so
    /// that the link need not wait for it.
    private static @Nullable Waiting first(List<Migration> migrations) {
        Waiting first = null;
        for (Migration one : migrations) {
            if (isUnderWay(one) && !(one instanceof Captured)) {
                return null;
            }
            if (one instanceof Waiting waiting
                    && waiting.subject().planned().hasTurn()
                    && (first == null || FIRST_OF_PLAN.compare(waiting, first) < 0)) {
                first = waiting;
            }
        }
        return first;
    }

    private Budget budget(Migration migration) {
        return budgets.computeIfAbsent(stake(migration).policy(), _ -> new Budget());
    }

    private static boolean isUnderWay(Migration migration) {
        return migration instanceof Saving || migration instanceof Recalled;
    }

    private static boolean isUnbudgeted(Migration migration) {
        return stake(migration).policy().isEmpty();
    }

    private static Planned.Stake stake(Migration migration) {
        return migration.subject().planned().stake();
    }
}
