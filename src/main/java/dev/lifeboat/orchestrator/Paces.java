package dev.lifeboat.orchestrator;

import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.plan.Pace;
import dev.lifeboat.plan.Pacing;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.policy.Subject;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/// How often each running workload under a policy would have to be copied ahead for its save to fit the window that a
/// notice gives, and which would not fit however often. A pure function of what is known; decides nothing.
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

    static List<Pace> of(View view, Hindsight hindsight, Policies policies, Instant now) {
        return new Paces(view, new Estimator(Settings.DEFAULTS, hindsight.learned()), policies, now).all();
    }

    private List<Pace> all() {
        var paces = new ArrayList<Pace>();
        for (View.Seen seen : view.nodes().values()) {
            NodeName node = seen.heartbeat().node();
            if (!view.silent(node, now, Homeless.GONE) && !isLeaving(node)) {
                Experience.observe(estimator, node, seen.heartbeat().uplink(), now);
                paces.addAll(node(node, seen.heartbeat().uplink()));
            }
        }
        return paces;
    }

    private List<Pace> node(NodeName node, ByteRate uplink) {
        SequencedMap<Workload, Policy> running = new LinkedHashMap<>();
        for (Workload workload : view.workloads(node)) {
            policies.of(Subject.of(workload, workload.id().name()))
                    .ifPresent(binding -> running.put(workload, binding.policy()));
        }
        return Pacing.under(running.values(), window(running.values()), uplink).of(node, running, estimator, now);
    }

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
