package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.Evacuee;
import dev.lifeboat.edge.linux.SocketProtocol;
import dev.lifeboat.edge.preflight.Capability;
import dev.lifeboat.edge.preflight.Finding;
import dev.lifeboat.edge.preflight.Hit;
import dev.lifeboat.edge.preflight.ProcessSurvey;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.workload.Connections;
import dev.lifeboat.workload.Obstacle;
import dev.lifeboat.workload.Obstruction;
import dev.lifeboat.workload.Preflight;
import dev.lifeboat.workload.WorkloadId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What `lifeboat check` finds, for the agent's heartbeats: of the node once, for it changes with a reboot or
/// an upgrade; of what runs there again and again.
///
/// @param node every finding
record NodeCheckup(List<Finding> node) {
    NodeCheckup {
        node = List.copyOf(node);
    }

    /// @param running what runs here now; what ends while it is looked at has no obstructions
    /// @param more that none of their processes shows
    /// @param terms of saves: only where it was said that a workload's connections are refused they are in the way
    Preflight look(
            List<Evacuee> running, List<Obstruction> more, Function<WorkloadId, Optional<StandingOrders.Terms>> terms) {
        var seen = new ArrayList<Obstruction>(more);
        for (Evacuee each : running) {
            var found = EnumSet.noneOf(Obstacle.class);
            for (Hit hit : ProcessSurvey.look(each.pid(), SocketProtocol::of).orElse(List.of())) {
                boolean inTheWay = hit.obstacle() != Obstacle.CONNECTION
                        || terms.apply(each.workload().id())
                                .filter(said -> said.connections() == Connections.REFUSE)
                                .isPresent();
                if (inTheWay && found.add(hit.obstacle())) {
                    seen.add(Obstruction.of(
                            each.workload().id(), hit.obstacle(), "pid " + hit.pid() + ", " + hit.seen()));
                }
            }
        }
        return new Preflight(lacks(), seen);
    }

    private List<Preflight.Lack> lacks() {
        return node.stream()
                .filter(finding -> !finding.fine() && finding.capability().weight() != Capability.Weight.TOLD)
                .map(finding -> new Preflight.Lack(finding.capability().code(), finding.found()))
                .toList();
    }
}
