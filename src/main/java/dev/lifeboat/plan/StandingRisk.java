package dev.lifeboat.plan;

import dev.lifeboat.workload.Obstruction;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What would go wrong if a node's notice came right now. Told all the time, since a notice leaves no time to
/// page anybody.
public sealed interface StandingRisk {
    WorkloadId workload();

    /// Nowhere in the cluster could its memory live on.
    record NoCompatibleDestination(WorkloadId workload, List<Placement.Refused> nodes) implements StandingRisk {
        public NoCompatibleDestination {
            nodes = List.copyOf(nodes);
        }
    }

    /// It would not be saved in the window that such a notice gives.
    ///
    /// @param refusal of the first rung that would have saved it
    /// @param loses work since its last durable state
    record WindowAtRisk(WorkloadId workload, Refusal refusal, Duration loses) implements StandingRisk {}

    /// Something in it keeps it from being saved, whatever the window.
    record CannotBeSaved(WorkloadId workload, List<Obstruction> obstructions) implements StandingRisk {
        public CannotBeSaved {
            obstructions = List.copyOf(obstructions);
        }
    }

    /// @param situation as it would be, had the notice just come
    static List<StandingRisk> of(Situation situation) {
        EvacuationPlan plan = EvacuationPlan.draw(situation);
        var risks = new ArrayList<StandingRisk>();
        for (Decision decision : plan.decisions()) {
            Duration loses = decision.choice().loses();
            if (!loses.isZero()) {
                decision.ladder().stream()
                        .filter(RungVerdict.Refused.class::isInstance)
                        .map(verdict -> ((RungVerdict.Refused) verdict).refusal())
                        .filter(refusal -> !(refusal instanceof Refusal.NotReached))
                        .findFirst()
                        .ifPresent(refusal -> risks.add(risk(decision.workload(), refusal, loses)));
            }
        }
        return risks;
    }

    private static StandingRisk risk(WorkloadId workload, Refusal refusal, Duration loses) {
        return refusal instanceof Refusal.NoDestination nowhere
                ? new NoCompatibleDestination(workload, nowhere.nodes())
                : new WindowAtRisk(workload, refusal, loses);
    }
}
