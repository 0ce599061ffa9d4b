package dev.lifeboat.simulation;

import dev.lifeboat.agent.MemoryCheckpoints;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.simulation.SimulatedNode.Tree;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What must be so once everything has calmed down.
///
/// @param nodes the doomed one first
record Ending(Ledger ledger, List<SimulatedNode> nodes, MemoryCheckpoints store) {
    /// @throws AssertionError at the first thing that is not as promised
    void check(List<WorkloadId> workloads) {
        if (!ledger.replayed().equals(ledger.truth)) {
            throw new AssertionError("the journal replays to something else");
        }
        for (Migration migration : ledger.truth.migrations()) {
            if (!(migration instanceof Migration.Closed)) {
                throw new AssertionError("no end: " + migration);
            }
        }
        for (SimulatedNode node : nodes) {
            if (node.trees().stream().anyMatch(tree -> tree.standing != Tree.Standing.RUNS)) {
                throw new AssertionError("left standing still: " + node);
            }
        }
        for (WorkloadId workload : workloads) {
            checkExplained(workload);
        }
        checkNothingKnownIsLost();
    }

    /// As long as there is a checkpoint from while it ran on, and everybody knows of it.
    private void checkNothingKnownIsLost() {
        Set<MigrationId> noted = ledger.journal.stream()
                .filter(MigrationEvent.BackgroundNoted.class::isInstance)
                .map(event -> ((MigrationEvent) event).migration())
                .collect(Collectors.toSet());
        for (Migration migration : ledger.truth.migrations()) {
            if (migration instanceof Migration.Lost lost && noted.contains(lost.id())) {
                throw new AssertionError("lost, with a background checkpoint: " + lost);
            }
        }
    }

    private void checkExplained(WorkloadId workload) {
        List<Migration> about = ledger.truth.migrations().stream()
                .filter(migration -> migration.subject().workload().equals(workload))
                .toList();
        boolean runs = nodes.stream().anyMatch(node -> node.runs(workload));
        if (about.isEmpty()) {
            // A withdrawal may overtake its notice.
            var reclaim = ledger.truth.reclaim(home().name);
            if (!runs || reclaim == null || reclaim.standing() != Reclaim.Standing.CALM) {
                throw new AssertionError("the notice started nothing for " + workload);
            }
            return;
        }
        // Under two notices it may be two migrations, and either may be the one that carried it.
        if (about.stream().anyMatch(one -> one instanceof Migration.Resumed resumed && isTrue(resumed))) {
            return;
        }
        boolean right = switch (about.getLast()) {
            case Migration.Resumed _ -> false;
            case Migration.LetGone gone ->
                runs == home().alive() && (runs || (!isLeftInTheStore(workload) && speaksOfTheEnd(gone)));
            case Migration.Lost _, Migration.Stranded _ -> !runs && !isLeftInTheStore(workload);
            case Migration.AtRisk _, Migration.Adrift _, Migration.Safe _ -> false;
        };
        if (!right) {
            throw new AssertionError((runs ? "runs" : "is gone") + ", yet said to be " + about.getLast());
        }
    }

    /// What was decided under a notice that was taken back says nothing of one that came later.
    private boolean speaksOfTheEnd(Migration.LetGone gone) {
        Reclaim reclaim = null;
        boolean since = false;
        for (JournalEvent event : ledger.journal) {
            if (event instanceof JournalEvent.NoticeAccepted accepted
                    && accepted.notice().node().equals(home().name)) {
                boolean before = reclaim != null && reclaim.mustLeave();
                reclaim = Reclaim.fold(reclaim, accepted.notice(), accepted.at());
                since &= before || !reclaim.mustLeave();
            }
            since |= event instanceof MigrationEvent move && move.migration().equals(gone.id());
        }
        return since && gone.reason() != LetGoReason.WITHDRAWN;
    }

    private boolean isTrue(Migration.Resumed resumed) {
        return nodes.stream()
                .anyMatch(node -> node.name.equals(resumed.node())
                        && (node.runs(resumed.subject().workload())
                                || node.hasEnded(resumed.subject().workload())));
    }

    /// Whether nobody has even tried to restore what was saved.
    private boolean isLeftInTheStore(WorkloadId workload) {
        return store.unclaimed(workload, home().name, Instant.EPOCH).isPresent();
    }

    private SimulatedNode home() {
        return nodes.getFirst();
    }
}
