package dev.lifeboat.edge.telemetry;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.orchestrator.Observer.Decided;
import dev.lifeboat.plan.Choice;
import dev.lifeboat.plan.Explanation;
import dev.lifeboat.workload.WorkloadId;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Holds the ends of saves against the bounds that their plans went by, as the journal has both.
final class EstimateMeters {
    /// Decisions and saves whose end is awaited; more are forgotten, oldest first, and then not counted.
    private static final int MOST_REMEMBERED = 4_096;

    /// Whether a save kept to the forecast.
    private enum Within {
        TRUE,
        FALSE,
        /// There was no forecast to keep to.
        UNKNOWN
    }

    private record Key(NodeName node, WorkloadId workload) {}

    /// @param bound p95 of the time to durable; null without a forecast
    private record Pending(@Nullable Duration bound, Instant since) {}

    private final MeterRegistry registry;
    private final DistributionSummary error;
    private final Map<Key, Estimate> planned = new LinkedHashMap<>();
    private final Map<MigrationId, Pending> pending = new LinkedHashMap<>();

    EstimateMeters(MeterRegistry registry) {
        this.registry = registry;
        this.error = Metric.ESTIMATE_ERROR.ratio(registry);
        for (Within within : Within.values()) {
            Metric.ESTIMATES.counter(registry, Codes.of(within));
        }
    }

    /// What had begun is somebody else's now.
    synchronized void forget() {
        planned.clear();
        pending.clear();
    }

    synchronized void decided(Decided decided) {
        switch (decided.event()) {
            case JournalEvent.DecisionExplained explained -> planned(explained);
            case MigrationEvent.SaveOrdered ordered -> ordered(ordered, decided.migration());
            case MigrationEvent.StreamingBegun begun ->
                pending.computeIfPresent(begun.migration(), (_, it) -> new Pending(it.bound(), begun.at()));
            case MigrationEvent.CheckpointStored stored -> stored(stored);
            case MigrationEvent.SaveFailed failed -> failed(failed);
            case MigrationEvent.NodeLost lost -> cutOff(pending.remove(lost.migration()), lost.at());
            case JournalEvent _ -> {}
        }
    }

    private void planned(JournalEvent.DecisionExplained explained) {
        if (explained.explanation() instanceof Explanation.Chosen chosen
                && chosen.decision().choice() instanceof Choice.Save save) {
            remember(planned, new Key(explained.node(), chosen.decision().workload()), save.estimate());
        }
    }

    /// From here on the plan may be drawn anew with what is left of the save: the bound at its beginning counts.
    private void ordered(MigrationEvent.SaveOrdered ordered, @Nullable Migration migration) {
        if (migration == null) {
            return;
        }
        var key = new Key(migration.subject().home(), migration.subject().workload());
        Duration bound = planned.get(key) instanceof Estimate.Forecast forecast
                ? forecast.durable().p95()
                : null;
        remember(pending, ordered.migration(), new Pending(bound, ordered.at()));
    }

    private void stored(MigrationEvent.CheckpointStored stored) {
        Pending save = pending.remove(stored.migration());
        if (save == null) {
            return;
        }
        Duration took = Duration.between(save.since(), stored.at());
        if (save.bound() == null) {
            count(Within.UNKNOWN);
            return;
        }
        count(took.compareTo(save.bound()) <= 0 ? Within.TRUE : Within.FALSE);
        error.record((double) took.toNanos() / Math.max(1, save.bound().toNanos()));
    }

    private void failed(MigrationEvent.SaveFailed failed) {
        Pending save = pending.remove(failed.migration());
        if (failed.reason() == SaveFailure.TOO_LATE || failed.reason() == SaveFailure.STORE_STALLED) {
            cutOff(save, failed.at());
        }
    }

    /// What was cut off before its bound says nothing of the bound.
    private void cutOff(@Nullable Pending save, Instant at) {
        if (save != null
                && save.bound() != null
                && Duration.between(save.since(), at).compareTo(save.bound()) > 0) {
            count(Within.FALSE);
        }
    }

    private void count(Within within) {
        Metric.ESTIMATES.counter(registry, Codes.of(within)).increment();
    }

    private static <K, V> void remember(Map<K, V> map, K key, V value) {
        map.remove(key);
        map.put(key, value);
        if (map.size() > MOST_REMEMBERED) {
            map.remove(map.keySet().iterator().next());
        }
    }
}
