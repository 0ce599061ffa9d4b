package dev.lifeboat.orchestrator;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.plan.Placement;
import dev.lifeboat.plan.StandingRisk.NoCompatibleDestination;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which workloads could be restored nowhere, were their node's notice to come right now (R38). Asked all the time,
/// since a notice leaves no time to page anybody.
///
/// Room does not count: it comes and goes, and a checkpoint can wait for it. The make of machines does.
public final class Homeless {
    /// A node that was not heard of for so long counts as gone; an agent's restart is over before.
    static final Duration GONE = Duration.ofMinutes(1);

    private final View view;
    private final Planner planner;
    private final Instant now;
    private final List<CapacityOffer> offers;

    /// The nodes where workloads of like needs could live; asked once for all of them.
    private final Map<Needs, Set<NodeName>> suitable = new HashMap<>();

    private Homeless(View view, Planner planner, Instant now) {
        this.view = view;
        this.planner = planner;
        this.now = now;
        this.offers = view.nodes().values().stream()
                .filter(seen -> !seen.heardAt().plus(GONE).isBefore(now))
                .map(seen -> seen.heartbeat().node())
                .map(node -> Destinations.offer(node, view.capacity(node), 0, standing(node)))
                .toList();
    }

    /// @param calm those that nobody has given notice yet; with every node that is no home for them, and why
    /// @param everywhere those on doomed nodes, too
    public record Found(List<NoCompatibleDestination> calm, Set<WorkloadId> everywhere) {}

    public static Found look(View view, Planner planner, Instant now) {
        return new Homeless(view, planner, now).all();
    }

    private Found all() {
        var calm = new ArrayList<NoCompatibleDestination>();
        var doomed = new ArrayList<NoCompatibleDestination>();
        for (CapacityOffer offer : offers) {
            boolean accepts = offer.standing() == CapacityOffer.Standing.ACCEPTING;
            for (Workload workload : view.workloads(offer.node())) {
                check(workload, offer.node(), accepts ? calm : doomed);
            }
        }
        Set<WorkloadId> everywhere = Stream.of(calm, doomed)
                .flatMap(List::stream)
                .map(NoCompatibleDestination::workload)
                .collect(Collectors.toSet());
        return new Found(List.copyOf(calm), everywhere);
    }

    private void check(Workload workload, NodeName home, List<NoCompatibleDestination> found) {
        Needs needs = planner.needs(workload, home, view).ofAnySize();
        Set<NodeName> fit = suitable.computeIfAbsent(needs, asked -> fit(workload, asked));
        if (fit.stream().allMatch(home::equals)) {
            var request = new Placement.Request(workload.id(), needs, home, offers, Destinations.hazard(view, now));
            List<Placement.Refused> nodes = Placement.choose(request).refusals().stream()
                    .filter(refused -> !refused.node().equals(home))
                    .toList();
            found.add(new NoCompatibleDestination(workload.id(), nodes));
        }
    }

    private Set<NodeName> fit(Workload workload, Needs needs) {
        var request = new Placement.Request(workload.id(), needs, null, offers, Destinations.hazard(view, now));
        Set<NodeName> refused = Placement.choose(request).refusals().stream()
                .map(Placement.Refused::node)
                .collect(Collectors.toSet());
        return offers.stream()
                .map(CapacityOffer::node)
                .filter(node -> !refused.contains(node))
                .collect(Collectors.toSet());
    }

    private CapacityOffer.Standing standing(NodeName node) {
        Reclaim reclaim = view.reclaims().get(node);
        return reclaim != null && reclaim.mustLeave()
                ? CapacityOffer.Standing.DOOMED
                : CapacityOffer.Standing.ACCEPTING;
    }
}
