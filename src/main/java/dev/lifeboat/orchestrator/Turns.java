package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Migration.AtRisk;
import dev.lifeboat.migration.Migration.Captured;
import dev.lifeboat.migration.Migration.Recalled;
import dev.lifeboat.migration.Migration.Saving;
import dev.lifeboat.migration.Migration.Waiting;
import dev.lifeboat.migration.Planned;
import java.util.Comparator;
import java.util.List;

/// Whose save is ordered next. A node's saves go over its link one after the other, in the order of its plan; across
/// nodes a policy's budget says how many may be under way, the most valuable first. Asked of the state alone.
final class Turns {
    private static final Comparator<Migration> WORTHIEST = Comparator.comparingDouble(
                    (Migration one) -> stake(one).value())
            .reversed()
            .thenComparing(one -> one.id().value());

    private Turns() {}

    static boolean hasCome(Waiting migration, Evacuations state) {
        return isNext(migration, state) && isWithinBudget(migration, state);
    }

    /// The first of its node's plan, and the link is free: once everything of a save is in the agent's memory the next
    /// may be ordered, so that the link need not wait for it.
    private static boolean isNext(Waiting migration, Evacuations state) {
        Planned planned = migration.subject().planned();
        if (!planned.hasTurn()) {
            return false;
        }
        return state.of(migration.subject().home()).stream()
                .noneMatch(other -> holdsLink(other)
                        || (other instanceof Waiting && !other.equals(migration) && comesBefore(other, migration)));
    }

    private static boolean comesBefore(Migration one, Migration other) {
        Planned its = one.subject().planned();
        int order = Integer.compare(its.rank(), other.subject().planned().rank());
        return its.hasTurn()
                && (order < 0
                        || (order == 0 && one.id().value().compareTo(other.id().value()) < 0));
    }

    private static boolean holdsLink(Migration other) {
        return isUnderWay(other) && !(other instanceof Captured);
    }

    private static boolean isUnderWay(Migration migration) {
        return migration instanceof Saving || migration instanceof Recalled;
    }

    private static boolean isWithinBudget(Waiting migration, Evacuations state) {
        Planned.Stake stake = stake(migration);
        if (stake.policy().isEmpty()) {
            return true;
        }
        List<AtRisk> same = state.atRisk().stream()
                .filter(other -> stake(other).policy().equals(stake.policy()))
                .toList();
        long underWay = same.stream().filter(Turns::isUnderWay).count();
        long worthier = same.stream()
                .filter(other -> other instanceof Waiting rival
                        && WORTHIEST.compare(rival, migration) < 0
                        && isNext(rival, state))
                .count();
        return underWay + worthier < stake.atOnce();
    }

    private static Planned.Stake stake(Migration migration) {
        return migration.subject().planned().stake();
    }
}
