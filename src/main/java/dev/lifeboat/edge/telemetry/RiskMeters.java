package dev.lifeboat.edge.telemetry;

import dev.lifeboat.migration.StandingOrders.Rhythm;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.orchestrator.View;
import dev.lifeboat.workload.Condition;
import dev.lifeboat.workload.Preflight;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What stands to be lost, and what nodes lack to prevent it, as their agents say of themselves; of the whole cluster,
/// told by every orchestrator.
final class RiskMeters {
    private static final Logger LOG = Logger.getLogger(RiskMeters.class);

    /// As for destinations: what was not heard of for a minute says nothing of now.
    private static final Duration SILENT = Duration.ofMinutes(1);

    /// One round may be cut off by a save, and the next one is due an interval later.
    private static final int ROUNDS = 2;

    private static final double MILLIS = 1_000;

    private final Level atRisk;
    private final Level overdue;
    private final Map<String, Level> lacking = new LinkedHashMap<>();
    private Set<WorkloadId> known = Set.of();

    /// @param capabilities every code that an agent may lack
    RiskMeters(MeterRegistry registry, Collection<String> capabilities) {
        atRisk = Metric.WORK_AT_RISK.level(registry);
        overdue = Metric.COPIES_OVERDUE.level(registry);
        capabilities.forEach(code ->
                lacking.put(code, Metric.NODES_LACKING.level(registry, Codes.of(code.replace('-', '_')))));
    }

    void seen(View view, Instant now) {
        List<View.Seen> heard = view.nodes().values().stream()
                .filter(seen -> !view.silent(seen.heartbeat().node(), now, SILENT))
                .toList();
        Duration longest = Duration.ZERO;
        var late = new HashSet<WorkloadId>();
        for (View.Seen seen : heard) {
            NodeName node = seen.heartbeat().node();
            for (Workload workload : seen.heartbeat().workloads()) {
                Condition condition = view.condition(node, workload.id(), now);
                longest = condition.runningFor().compareTo(longest) > 0 ? condition.runningFor() : longest;
                if (isOverdue(condition, view.outlook().rhythms().get(workload.id()))) {
                    late.add(workload.id());
                }
            }
        }
        atRisk.set(longest.toMillis() / MILLIS);
        overdue.count(late.size());
        late.stream()
                .filter(workload -> !known.contains(workload))
                .forEach(workload -> LOG.warnf("its copy ahead is older than two rounds workload=%s", workload));
        known = Set.copyOf(late);
        lacking.forEach((code, level) ->
                level.count(heard.stream().filter(seen -> lacks(seen, code)).count()));
    }

    /// Nobody is late who is not to be copied.
    private static boolean isOverdue(Condition condition, @Nullable Rhythm rhythm) {
        Duration every = rhythm == null ? null : rhythm.every();
        if (every == null) {
            return false;
        }
        Duration ago = condition.copiedAgo();
        Duration age = ago == null ? condition.runningFor() : ago;
        return age.compareTo(every.multipliedBy(ROUNDS)) > 0;
    }

    private static boolean lacks(View.Seen seen, String code) {
        Preflight preflight = seen.heartbeat().preflight();
        return preflight != null
                && preflight.lacks().stream().anyMatch(lack -> lack.capability().equals(code));
    }
}
