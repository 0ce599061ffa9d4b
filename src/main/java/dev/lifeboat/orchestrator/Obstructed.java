package dev.lifeboat.orchestrator;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.plan.StandingRisk.CannotBeSaved;
import dev.lifeboat.workload.Obstruction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Which running workloads could not be saved, however long their window: their agents have seen in them what CRIU
/// refuses. Asked all the time, since a notice leaves no time to change a program.
public final class Obstructed {
    private Obstructed() {}

    /// With what was seen; of nodes that were heard of lately.
    public static List<CannotBeSaved> of(View view, Instant now) {
        var found = new ArrayList<CannotBeSaved>();
        for (View.Seen seen : view.nodes().values()) {
            NodeName node = seen.heartbeat().node();
            if (!view.silent(node, now, Homeless.GONE)) {
                view.workloads(node).forEach(workload -> {
                    List<Obstruction> all = view.obstructions(node, workload.id());
                    if (!all.isEmpty()) {
                        found.add(new CannotBeSaved(workload.id(), all));
                    }
                });
            }
        }
        return found;
    }
}
