package dev.lifeboat.simulation;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.orchestrator.Evacuations;
import dev.lifeboat.orchestrator.Experience;
import dev.lifeboat.orchestrator.Hindsight;
import dev.lifeboat.orchestrator.Input;
import dev.lifeboat.orchestrator.Orchestrator.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// One partition of the log: inputs, journal, offset, and who may commit. Transactions are all or nothing.
final class Ledger {
    final List<Input> inputs = new ArrayList<>();
    final List<JournalEvent> journal = new ArrayList<>();
    /// A fold of the journal as it is committed: what any owner's state must equal.
    final Evacuations truth = new Evacuations();

    /// Each node's newest, as a compacted topic keeps them.
    final Map<NodeName, StandingOrders> standing = new HashMap<>();

    private final Experience experience = new Experience();
    private final Map<NodeName, List<Order>> orders;
    private final Consumer<Step> promise;
    private int committed;
    private int generation;

    /// @param promise must hold of every step that is committed
    Ledger(Map<NodeName, List<Order>> orders, Consumer<Step> promise) {
        this.orders = orders;
        this.promise = promise;
    }

    int committed() {
        return committed;
    }

    int nextGeneration() {
        return ++generation;
    }

    /// @return whether the broker took it
    boolean commit(Step step, int offset, int by, Faults.Fencing fencing) {
        if (fencing == Faults.Fencing.ON && by != generation) {
            return false;
        }
        promise.accept(step);
        for (JournalEvent event : step.events()) {
            journal.add(event);
            truth.replay(event);
            experience.replay(0, event);
        }
        for (Order order : step.orders()) {
            if (order instanceof Order.OfMigration of
                    && (truth.migration(of.migration()) == null
                            || truth.migration(of.migration()) instanceof Migration.Closed)) {
                throw new AssertionError(
                        "an order after the end: " + order + " for " + truth.migration(of.migration()));
            }
            orders.computeIfAbsent(order.node(), _ -> new ArrayList<>()).add(order);
        }
        step.standing().forEach(next -> standing.put(next.node(), next));
        committed = offset;
        return true;
    }

    /// Some are told to end without one.
    boolean saveWasOrdered(MigrationId migration) {
        return journal.stream()
                .anyMatch(event -> event instanceof MigrationEvent.SaveOrdered ordered
                        && ordered.migration().equals(migration));
    }

    /// By its agent, which asked nobody.
    boolean wasBegunAlone(MigrationId migration) {
        return inputs.stream()
                .anyMatch(input -> input instanceof Input.Heard(Report.ActedAlone act)
                        && act.migration().equals(migration));
    }

    Hindsight hindsight() {
        return experience.hindsight();
    }

    Evacuations replayed() {
        var state = new Evacuations();
        journal.forEach(state::replay);
        return state;
    }

    static Map<NodeName, List<Order>> noOrders() {
        return new HashMap<>();
    }
}
