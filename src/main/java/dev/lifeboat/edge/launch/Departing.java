package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kubernetes.Gatekeeper;
import dev.lifeboat.edge.kubernetes.Successor;
import dev.lifeboat.orchestrator.Departures;
import dev.lifeboat.orchestrator.Departures.Departure;
import dev.lifeboat.orchestrator.Departures.Standing;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Restore;
import dev.lifeboat.policy.Subject;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// What is on its way, as the journal has it, and what a policy says of what will not come.
///
/// @param reads of the journal, each to its end
/// @param policies those that hold now
record Departing(Departures departures, Reads reads, Supplier<Policies> policies) implements Gatekeeper.Awaited {
    private static final Logger LOG = Logger.getLogger(Departing.class);

    /// Less than the API server waits for an answer (2 s in the chart).
    private static final Duration NEWS = Duration.ofSeconds(1);

    @Override
    public boolean known() {
        return departures.isWhole();
    }

    @Override
    public void refresh() {
        try {
            if (!reads.awaitNext(NEWS)) {
                LOG.info("the journal is slow: what was decided within the last second may be missed");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int waitingFor(Successor successor) {
        List<Departure> before = departures.of(id -> successor.follows(id.namespace(), id.name()));
        return (int) before.stream()
                .filter(each -> each.standing().open()
                        || (each.standing() == Standing.GIVEN_UP && holds(each.workload(), successor)))
                .count();
    }

    /// Whether a person is to decide what becomes of a workload whose memory is lost.
    private boolean holds(WorkloadId workload, Successor successor) {
        var subject = new Subject(workload, successor.kind(), workload.name(), successor.labels(), Map.of(), List.of());
        return policies.get()
                .of(subject)
                .map(binding -> binding.policy().spec().restore().fallback() == Restore.Fallback.Hold)
                .orElse(false);
    }
}
