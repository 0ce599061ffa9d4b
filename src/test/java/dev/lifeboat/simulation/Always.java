package dev.lifeboat.simulation;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.orchestrator.Orchestrator.Step;
import dev.lifeboat.orchestrator.View;
import dev.lifeboat.simulation.SimulatedNode.Tree;
import dev.lifeboat.workload.WorkloadId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What must be so at every moment.
record Always(Ledger ledger, Collection<SimulatedNode> nodes) {
    /// @throws AssertionError at the first thing that is not as promised
    void check(List<WorkloadId> workloads) {
        checkBudget();
        for (WorkloadId workload : workloads) {
            int copies = 0;
            for (SimulatedNode node : nodes) {
                copies += node.runs(workload) ? 1 : 0;
            }
            if (copies > 1) {
                throw new AssertionError(workload + " runs twice: " + nodes);
            }
        }
        for (SimulatedNode node : nodes) {
            for (Tree tree : node.trees()) {
                if (tree.forsaken()) {
                    throw new AssertionError(tree + " stands frozen and nobody saves it: " + node);
                }
            }
        }
    }

    /// Nothing is sent where it cannot live, nor where it would have to leave again.
    ///
    /// @throws AssertionError at the first that is
    void check(Step step, View view) {
        for (JournalEvent event : step.events()) {
            if (event instanceof MigrationEvent.RestorePlaced placed) {
                SimulatedNode target = node(placed.target());
                if (Machines.UNFIT.contains(target.offered())) {
                    throw new AssertionError(
                            "it cannot live on " + target.offered().host() + ": " + placed);
                }
                var reclaim = view.reclaims().get(placed.target());
                if (reclaim != null && reclaim.mustLeave()) {
                    throw new AssertionError("it would have to leave again: " + placed);
                }
            }
        }
    }

    private SimulatedNode node(NodeName name) {
        return nodes.stream().filter(node -> node.name.equals(name)).findFirst().orElseThrow();
    }

    /// Of saves that a policy began; agents that act alone ask nobody.
    private void checkBudget() {
        Map<String, List<Migration>> underWay = ledger.truth.migrations().stream()
                .filter(one -> one instanceof Migration.Saving
                        || (one instanceof Migration.Recalled && ledger.saveWasOrdered(one.id())))
                .filter(one -> !one.subject().planned().stake().policy().isEmpty())
                .collect(Collectors.groupingBy(
                        one -> one.subject().planned().stake().policy()));
        underWay.forEach((policy, saves) -> {
            int atOnce = saves.getFirst().subject().planned().stake().atOnce();
            // Most of the time there is nobody to ask about.
            if (saves.size() > atOnce
                    && saves.stream()
                                    .filter(one -> !ledger.wasBegunAlone(one.id()))
                                    .count()
                            > atOnce) {
                throw new AssertionError("more saves at once than " + policy + " allows: " + saves);
            }
        });
    }
}
