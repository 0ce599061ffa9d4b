package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Quantiles;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/// How often the workloads of one node are copied ahead of any notice: as seldom as possible, but often enough
/// that what a notice finds still fits into its window. Tells before any notice what cannot fit.
///
/// @param window from the notice to the machine's end
/// @param reaction from the notice until the first page can be sent
/// @param commit kept back for the manifest
/// @param baseline that the node's network gives all day; what is above it is burst credit, and needed in the
///     emergency
/// @param meanTimeToReclaim of such a node
public record Pacing(
        Duration window, Duration reaction, Duration commit, ByteRate baseline, Duration meanTimeToReclaim) {
    /// Of the usable window: the rest is for a link that is slower on the day, since all nodes of a zone are
    /// reclaimed together.
    static final double WINDOW_SHARE = 0.6;

    /// Of the baseline, for all rounds together: the workloads themselves need the network too.
    static final double TRAFFIC_SHARE = 0.3;

    /// From the notice to the first page: AWS asks to look for it every 5 s.
    private static final Duration REACTION = Duration.ofSeconds(5);

    /// Of a background round. It is no state that a loss falls back on, so Young and Daly have no say: by these two
    /// they advise more than the longest interval.
    private static final Duration ROUND_COST = Duration.ofMinutes(1);

    private static final Duration NEVER = Quantiles.UNBOUNDED;

    /// Of a node whose workloads are under these policies; the most that one of them keeps back counts.
    public static Pacing under(Collection<Policy> policies, Duration window, ByteRate baseline) {
        Duration keptBack = policies.stream()
                .map(policy -> policy.spec().window().keptBack(window))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        return new Pacing(window, REACTION, keptBack.plus(Question.MARGIN), baseline, NEVER);
    }

    /// A workload, copied ahead in background rounds.
    ///
    /// @param value of saving it, more than 0
    public static Pace.Runner copiedAhead(WorkloadId workload, double value, Pace.LoadCurve curve) {
        return new Pace.Runner(workload, value, curve, ROUND_COST);
    }

    /// Paces of what runs on a node, by what an estimator has learned of it; in the order of `running`.
    ///
    /// @param running workloads with the policies that decide on them
    public List<Pace> of(NodeName node, SequencedMap<Workload, Policy> running, Estimator estimator, Instant now) {
        var unknown = new HashMap<WorkloadId, Pace>();
        var runners = new ArrayList<Pace.Runner>();
        running.forEach((workload, policy) -> {
            var load = new LearnedLoad(estimator, workload, node, now);
            load.unknown()
                    .ifPresentOrElse(
                            reason -> unknown.put(workload.id(), new Pace.Unknown(workload.id(), reason)),
                            () -> runners.add(copiedAhead(
                                    workload.id(), policy.spec().value().worth(), load)));
        });
        Iterator<Pace> known = of(runners).iterator();
        return running.keySet().stream()
                .map(workload -> Objects.requireNonNullElseGet(unknown.get(workload.id()), known::next))
                .toList();
    }

    /// Time in which the residuals of all workloads must be durable, one after the other; never negative.
    public Duration allowed() {
        Duration usable = window.minus(reaction).minus(commit);
        return usable.isNegative() ? Duration.ZERO : Duration.ofMillis((long) (usable.toMillis() * WINDOW_SHARE));
    }

    public ByteRate budget() {
        return new ByteRate(baseline.bytesPerSecond() * TRAFFIC_SHARE);
    }

    /// One pace for each workload, in the order given. Pure. Intervals are longest to within the 9 % between two
    /// steps.
    public List<Pace> of(List<Pace.Runner> runners) {
        return new Pacer(this, runners).paces();
    }
}
