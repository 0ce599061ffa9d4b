package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.StandingOrders.Rhythm;
import dev.lifeboat.workload.WorkloadId;
import java.util.Map;
import java.util.Set;

/// What takes too long to work out for every decision, and changes slowly: it is worked out all the time beside them.
///
/// @param rhythms by which agents are to copy ahead, of the workloads of which anything is said
/// @param homeless workloads that could be restored nowhere, doomed or not
public record Outlook(Map<WorkloadId, Rhythm> rhythms, Set<WorkloadId> homeless) {
    public static final Outlook NONE = new Outlook(Map.of(), Set.of());

    public Outlook {
        rhythms = Map.copyOf(rhythms);
        homeless = Set.copyOf(homeless);
    }
}
