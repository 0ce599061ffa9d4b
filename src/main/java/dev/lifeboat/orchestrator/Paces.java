package dev.lifeboat.orchestrator;

import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Remainder;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.migration.StandingOrders.Rhythm;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.plan.Pace;
import dev.lifeboat.plan.Pacing;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.policy.PreDump;
import dev.lifeboat.policy.Subject;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/// How often each running workload under a policy would have to be copied ahead for its save to fit the window that a
/// notice gives, and which would not fit however often; and what its agent is told of it. A pure function of what is
/// known; decides nothing.
///
/// The uplink that agents show stands for the network's baseline, which nobody publishes.
final class Paces {
    /// Where no policy says otherwise: what AWS gives.
    private static final Duration WINDOW = Duration.ofMinutes(2);

    private final View view;
    private final Policies policies;
    private final Estimator estimator;
    private final Instant now;

    private Paces(View view, Estimator estimator, Policies policies, Instant now) {
        this.view = view;
        this.policies = policies;
        this.estimator = estimator;
        this.now = now;
    }

    static List<Paced> of(View view, Hindsight hindsight, Policies policies, Instant now) {
        return new Paces(view, new Estimator(Settings.DEFAULTS, hindsight.learned()), policies, now).all();
    }

    private List<Paced> all() {
        var paces = new ArrayList<Paced>();
        for (View.Seen seen : view.nodes().values()) {
            NodeName node = seen.heartbeat().node();
            if (!view.silent(node, now, Homeless.GONE) && !isLeaving(node)) {
                Experience.observe(estimator, node, seen.heartbeat().uplink(), now);
                paces.addAll(node(node, seen.heartbeat().uplink()));
            }
        }
        return paces;
    }

    private List<Paced> node(NodeName node, ByteRate uplink) {
        SequencedMap<Workload, Policy> running = new LinkedHashMap<>();
        for (Workload workload : view.workloads(node)) {
            policies.of(Subject.of(workload, workload.id().name()))
                    .ifPresent(binding -> running.put(workload, binding.policy()));
        }
        Pacing pacing = Pacing.under(running.values(), window(running.values()), uplink);
        Iterator<Pace> paces = pacing.of(node, running, estimator, now).iterator();
        var all = new ArrayList<Paced>();
        running.forEach((workload, policy) -> {
            Pace pace = paces.next();
            PreDump asked = policy.spec().preDump();
            all.add(new Paced(pace, asked == null ? null : rhythm(workload, node, pace, asked)));
        });
        return all;
    }

    /// Never less often than the policy says, and more often where the window demands it. What cannot fit is copied as
    /// the policy says: a link that is better on the day may still save it.
    private Rhythm rhythm(Workload workload, NodeName node, Pace pace, PreDump asked) {
        Duration every = switch (pace) {
            case Pace.Every it -> it.interval().compareTo(asked.every()) < 0 ? it.interval() : asked.every();
            case Pace.Unknown _, Pace.CannotFit _ -> asked.every();
        };
        boolean pays = dirtyShare(workload, node, every) <= asked.maxDirtyRatio();
        return new Rhythm(
                workload.id(),
                pays ? every : null,
                asked.maxCpu().millis() / MILLIS_OF_CORE,
                new ByteRate(asked.maxBandwidth().bytes()));
    }

    /// As expected; 0 while nobody knows.
    private double dirtyShare(Workload workload, NodeName node, Duration every) {
        double resident = Math.max(1, workload.footprint().resident().bytes());
        return estimator.remainder(workload, node, every, now) instanceof Remainder.Known known
                ? known.p50().bytes() / resident
                : 0;
    }

    private static final double MILLIS_OF_CORE = 1_000;

    /// The shortest that one of the policies expects.
    private static Duration window(Collection<Policy> policies) {
        return policies.stream()
                .map(policy -> policy.spec().window().assume().get(Trigger.SpotInterruption))
                .filter(Objects::nonNull)
                .min(Duration::compareTo)
                .orElse(WINDOW);
    }

    private boolean isLeaving(NodeName node) {
        Reclaim reclaim = view.reclaims().get(node);
        return reclaim != null && reclaim.mustLeave();
    }
}
