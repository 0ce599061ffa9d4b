package dev.lifeboat.edge.telemetry;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.orchestrator.View;
import dev.lifeboat.plan.Hindrance;
import dev.lifeboat.plan.Pace;
import dev.lifeboat.plan.StandingRisk.CannotBeSaved;
import dev.lifeboat.plan.StandingRisk.NoCompatibleDestination;
import dev.lifeboat.workload.Obstacle;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// What would go wrong, were a notice to come now; told all the time, of the whole cluster, by every orchestrator.
///
/// Gauges count. Which workloads they count is logged when it changes: names are no labels, for there is no end to
/// them.
final class StandingMeters {
    private static final Logger LOG = Logger.getLogger(StandingMeters.class);

    /// An agent's restart is over before.
    private static final Duration SILENT = Duration.ofMinutes(1);

    /// A heartbeat that is younger than two looks are apart: a dead node's is too old at the second one.
    private static final Duration FRESH = Duration.ofSeconds(5);

    /// What the last hour's nodes are now.
    private enum NodeState {
        /// Its agent speaks and takes restores.
        ACCEPTING,
        /// Its agent speaks, and takes none.
        CLOSED,
        /// A notice says that it goes, or it has gone.
        LEAVING,
        /// Nothing was heard of it for a minute, and nothing ran there when last heard of.
        SILENT,
        /// Nothing was heard of it for a minute, and nothing said that it goes; workloads ran there.
        MISSING
    }

    private final Map<NodeState, Level> nodes = new EnumMap<>(NodeState.class);
    private final Level doubles;
    private final Level homeless;
    private final Map<Hindrance.Code, Level> reasons = new EnumMap<>(Hindrance.Code.class);
    private final Map<Pace.Reason, Level> unfit = new EnumMap<>(Pace.Reason.class);
    private final Map<Estimate.UnknownReason, Level> unpaced = new EnumMap<>(Estimate.UnknownReason.class);

    private final Map<Obstacle, Level> obstacles = new EnumMap<>(Obstacle.class);

    // Each is of one of the watches.
    private Set<WorkloadId> stuck = Set.of();
    private Set<WorkloadId> twice = Set.of();
    private Set<WorkloadId> known = Set.of();
    private Set<WorkloadId> misfits = Set.of();

    StandingMeters(MeterRegistry registry) {
        for (NodeState state : NodeState.values()) {
            nodes.put(state, Metric.NODES.level(registry, Codes.of(state)));
        }
        doubles = Metric.DOUBLE_RUNS.level(registry);
        homeless = Metric.NO_COMPATIBLE_DESTINATION.level(registry);
        for (Hindrance.Code code : Hindrance.Code.values()) {
            reasons.put(code, Metric.NO_COMPATIBLE_DESTINATION_REASON.level(registry, Codes.of(code)));
        }
        for (Obstacle obstacle : Obstacle.values()) {
            if (obstacle.effect() == Obstacle.Effect.BLOCKS) {
                obstacles.put(obstacle, Metric.CANNOT_BE_SAVED.level(registry, Codes.of(obstacle)));
            }
        }
        for (Pace.Reason reason : Pace.Reason.values()) {
            unfit.put(reason, Metric.BACKGROUND_CANNOT_FIT.level(registry, Codes.of(reason)));
        }
        for (Estimate.UnknownReason reason : Estimate.UnknownReason.values()) {
            unpaced.put(reason, Metric.BACKGROUND_UNKNOWN.level(registry, Codes.of(reason)));
        }
    }

    void seen(View view, Instant now) {
        Map<NodeState, Long> counts = view.nodes().values().stream()
                .collect(Collectors.groupingBy(seen -> state(seen, view, now), Collectors.counting()));
        nodes.forEach((state, level) -> level.count(counts.getOrDefault(state, 0L)));
        Set<WorkloadId> doubled = doubled(view, now);
        Set<WorkloadId> still = doubled.stream().filter(twice::contains).collect(Collectors.toUnmodifiableSet());
        doubles.count(still.size());
        for (WorkloadId each : still) {
            LOG.errorf("two agents say to run it: docs/runbooks/LifeboatDoubleRunDetected.md workload=%s", each);
        }
        twice = doubled;
    }

    /// All that could be restored nowhere, and of those, how many each reason keeps from some node.
    void homeless(List<NoCompatibleDestination> workloads) {
        homeless.count(workloads.size());
        reasons.forEach((code, level) -> level.count(
                workloads.stream().filter(each -> codes(each).contains(code)).count()));
        for (NoCompatibleDestination each : workloads) {
            if (!known.contains(each.workload())) {
                LOG.warnf(
                        "no compatible destination, should its node go workload=%s reasons=%s",
                        each.workload(), codes(each));
            }
        }
        known = workloads.stream().map(NoCompatibleDestination::workload).collect(Collectors.toUnmodifiableSet());
    }

    /// By what keeps them from being saved.
    void obstructed(List<CannotBeSaved> workloads) {
        obstacles.forEach((obstacle, level) -> level.count(workloads.stream()
                .filter(each -> each.obstructions().stream().anyMatch(seen -> seen.obstacle() == obstacle))
                .count()));
        for (CannotBeSaved each : workloads) {
            if (!stuck.contains(each.workload())) {
                LOG.warnf(
                        "cannot be saved, should its node go workload=%s obstacles=%s",
                        each.workload(), each.obstructions());
            }
        }
        stuck = workloads.stream().map(CannotBeSaved::workload).collect(Collectors.toUnmodifiableSet());
    }

    void paced(List<Pace> paces) {
        var cannot = paces.stream()
                .filter(Pace.CannotFit.class::isInstance)
                .map(Pace.CannotFit.class::cast)
                .toList();
        unfit.forEach((reason, level) -> level.count(
                cannot.stream().filter(each -> each.reason() == reason).count()));
        unpaced.forEach((reason, level) -> level.count(paces.stream()
                .filter(each -> each instanceof Pace.Unknown unknown && unknown.reason() == reason)
                .count()));
        for (Pace.CannotFit each : cannot) {
            if (!misfits.contains(each.workload())) {
                LOG.warnf(
                        "cannot fit its window, however often it is copied ahead workload=%s reason=%s needed=%s allowed=%s",
                        each.workload(), each.reason(), each.needed(), each.allowed());
            }
        }
        misfits = cannot.stream().map(Pace.CannotFit::workload).collect(Collectors.toUnmodifiableSet());
    }

    private static NodeState state(View.Seen seen, View view, Instant now) {
        NodeName node = seen.heartbeat().node();
        Reclaim reclaim = view.reclaims().get(node);
        if (reclaim != null && reclaim.mustLeave()) {
            return NodeState.LEAVING;
        }
        if (view.silent(node, now, SILENT)) {
            return seen.heartbeat().workloads().isEmpty() ? NodeState.SILENT : NodeState.MISSING;
        }
        return seen.heartbeat().accepting() ? NodeState.ACCEPTING : NodeState.CLOSED;
    }

    private static Set<WorkloadId> doubled(View view, Instant now) {
        var once = new HashSet<WorkloadId>();
        return view.nodes().values().stream()
                .filter(seen -> !seen.heardAt().plus(FRESH).isBefore(now))
                .map(seen -> seen.heartbeat().workloads())
                .flatMap(Collection::stream)
                .map(Workload::id)
                .filter(workload -> !once.add(workload))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Hindrance.Code> codes(NoCompatibleDestination risk) {
        return risk.nodes().stream().map(refused -> refused.hindrance().code()).collect(Collectors.toSet());
    }
}
