package dev.lifeboat.orchestrator;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.Hazard;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.plan.Placement;
import dev.lifeboat.plan.StandingRisk.NoCompatibleDestination;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Which workloads could be restored nowhere, were their node's notice to come right now (R38). Asked all the time,
/// since a notice leaves no time to page anybody.
///
/// Room does not count: it comes and goes, and a checkpoint can wait for it. The make of machines does.
public final class Homeless {
    /// A node that was not heard of for so long counts as gone; an agent's restart is over before.
    static final Duration GONE = Duration.ofMinutes(1);

    private final View view;
    private final Planner planner;
    private final List<CapacityOffer> offers;
    private final Hazard hazard;

    /// Where workloads of like needs could live; asked once for all of them.
    private final Map<Needs, Answer> answers = new HashMap<>();

    /// @param suitable nodes
    /// @param refused all others, and why
    private record Answer(Set<NodeName> suitable, List<Placement.Refused> refused) {
        boolean isNowhereBut(NodeName home) {
            return suitable.stream().allMatch(home::equals);
        }
    }

    private Homeless(View view, Planner planner, Instant now) {
        this.view = view;
        this.planner = planner;
        this.offers = view.nodes().values().stream()
                .filter(seen -> !seen.heardAt().plus(GONE).isBefore(now))
                .map(seen -> seen.heartbeat().node())
                .map(node -> Destinations.offer(node, view.capacity(node), 0, standing(node)))
                .toList();
        this.hazard = Destinations.hazard(view, now);
    }

    /// @param calm those that nobody has given notice yet; with every node that is no home for them, and why
    /// @param everywhere those on doomed nodes, too
    public record Found(List<NoCompatibleDestination> calm, Set<WorkloadId> everywhere) {}

    public static Found look(View view, Planner planner, Instant now) {
        return new Homeless(view, planner, now).all();
    }

    private Found all() {
        var calm = new ArrayList<NoCompatibleDestination>();
        var everywhere = new HashSet<WorkloadId>();
        for (CapacityOffer offer : offers) {
            boolean accepts = offer.standing() == CapacityOffer.Standing.ACCEPTING;
            for (Workload workload : view.workloads(offer.node())) {
                Answer answer = answer(workload, offer.node());
                if (answer.isNowhereBut(offer.node())) {
                    everywhere.add(workload.id());
                    if (accepts) {
                        calm.add(new NoCompatibleDestination(workload.id(), others(answer, offer.node())));
                    }
                }
            }
        }
        return new Found(List.copyOf(calm), Set.copyOf(everywhere));
    }

    private Answer answer(Workload workload, NodeName home) {
        Needs needs = planner.needs(workload, home, view).ofAnySize();
        return answers.computeIfAbsent(needs, asked -> ask(workload, asked));
    }

    private Answer ask(Workload workload, Needs needs) {
        var request = new Placement.Request(workload.id(), needs, null, offers, hazard);
        List<Placement.Refused> refused = Placement.choose(request).refusals();
        Set<NodeName> not = refused.stream().map(Placement.Refused::node).collect(Collectors.toSet());
        Set<NodeName> suitable = offers.stream()
                .map(CapacityOffer::node)
                .filter(node -> !not.contains(node))
                .collect(Collectors.toSet());
        return new Answer(suitable, refused);
    }

    /// Thousands of workloads may share one answer, and with it its list.
    private static List<Placement.Refused> others(Answer answer, NodeName home) {
        return answer.suitable().contains(home)
                ? answer.refused()
                : answer.refused().stream()
                        .filter(refused -> !refused.node().equals(home))
                        .toList();
    }

    private CapacityOffer.Standing standing(NodeName node) {
        Reclaim reclaim = view.reclaims().get(node);
        return reclaim != null && reclaim.mustLeave()
                ? CapacityOffer.Standing.DOOMED
                : CapacityOffer.Standing.ACCEPTING;
    }
}
