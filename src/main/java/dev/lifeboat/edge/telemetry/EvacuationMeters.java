package dev.lifeboat.edge.telemetry;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.migration.SetAsideReason;
import dev.lifeboat.orchestrator.Observer.Decided;
import dev.lifeboat.policy.Policies;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// What becomes of migrations, as the one process tells it that decides on each: summed over orchestrators, nothing is
/// counted twice.
final class EvacuationMeters {
    private static final double MILLIS = 1_000;

    private static final String STORED = "stored";
    private static final String RESUMED = "resumed";

    /// What a policy allows that says nothing of it.
    private static final Duration STANDARD_START_WITHIN = Duration.ofMinutes(5);

    private static final String NO_POLICY = "none";
    private static final String FORMER_POLICY = "other";

    /// Between two steps of a migration; named after what is done meanwhile.
    private enum Phase {
        /// From its beginning, or from a failed save, until its turn on the link.
        WAIT,
        /// Until the agent has begun.
        BEGIN,
        /// Until the freeze.
        STREAM,
        /// Until every page is in the agent's memory.
        DUMP,
        /// Until the manifest is committed.
        COMMIT,
        /// Until a node has been found.
        PLACE,
        /// Until it runs there.
        RESTORE
    }

    /// Where the only copy of the memory is.
    private enum Whereabouts {
        AT_RISK,
        ADRIFT,
        SAFE
    }

    private final MeterRegistry registry;
    private final InstantSource clock;

    /// What each allows a checkpoint to wait.
    private final Map<String, Duration> policies = new LinkedHashMap<>();

    private final Map<MigrationId, Migration> open = new ConcurrentHashMap<>();
    private final Map<MigrationId, Instant> steps = new ConcurrentHashMap<>();
    private final Map<MigrationId, Instant> freezes = new ConcurrentHashMap<>();

    EvacuationMeters(MeterRegistry registry, Policies policies, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
        this.policies.put(NO_POLICY, STANDARD_START_WITHIN);
        this.policies.put(FORMER_POLICY, STANDARD_START_WITHIN);
        policies.all()
                .forEach(policy -> this.policies.put(
                        policy.id().toString(), policy.spec().restore().startWithin()));
        this.policies.forEach(this::create);
        create();
    }

    private void create(String policy, Duration startWithin) {
        for (Announced trigger : Announced.values()) {
            for (Closing closing : Closing.values()) {
                Metric.EVACUATIONS.counter(registry, policy, Codes.of(trigger), Codes.of(closing));
            }
        }
        Metric.RESTORE_PENDING.gauge(registry, () -> pending(policy), policy);
        Metric.RESTORE_START_WITHIN.level(registry, policy).set(startWithin.toMillis() / MILLIS);
    }

    private void create() {
        for (Whereabouts state : Whereabouts.values()) {
            Metric.MIGRATIONS_OPEN.gauge(registry, () -> count(state), Codes.of(state));
        }
        for (Announced trigger : Announced.values()) {
            Metric.WINDOW_USED.ratio(registry, Codes.of(trigger));
        }
        Metric.SAVES.counter(registry, STORED);
        for (SaveFailure reason : SaveFailure.values()) {
            Metric.SAVES.counter(registry, Codes.of(reason));
        }
        Metric.RESTORES.counter(registry, RESUMED);
        for (RestoreFailure reason : RestoreFailure.values()) {
            Metric.RESTORES.counter(registry, Codes.of(reason));
        }
        for (Phase phase : Phase.values()) {
            Metric.PHASE_DURATION.timer(registry, Codes.of(phase));
        }
        Metric.FROZEN.timer(registry);
        Metric.DOWNTIME.timer(registry);
        Metric.WORK_LOST.timer(registry);
        bytes("pages", 0);
        bytes(STORED, 0);
    }

    /// Others' migrations are not ours to count from here on.
    void took(Collection<Migration> taken) {
        open.clear();
        steps.clear();
        freezes.clear();
        taken.forEach(migration -> open.put(migration.id(), migration));
    }

    void decided(Decided decided) {
        if (decided.event() instanceof JournalEvent.NoticeSetAside aside
                && aside.reason() == SetAsideReason.PAST_DEADLINE) {
            // Nothing could be begun any more, so no migration will say it.
            Metric.EVACUATIONS
                    .counter(registry, NO_POLICY, Codes.of(Announced.of(aside.notice())), Codes.of(Closing.MISSED))
                    .increment();
        }
        if (decided.event() instanceof MigrationEvent event) {
            Migration migration = Objects.requireNonNull(decided.migration());
            open.put(migration.id(), migration);
            count(event, decided, migration);
            if (migration instanceof Migration.Closed) {
                open.remove(migration.id());
                steps.remove(migration.id());
                freezes.remove(migration.id());
            }
        }
    }

    private void count(MigrationEvent event, Decided decided, Migration migration) {
        switch (event) {
            case MigrationEvent.MigrationBegun _, MigrationEvent.SaveRetried _, MigrationEvent.NodeLost _ ->
                step(event);
            case MigrationEvent.SaveOrdered _ -> step(event, Phase.WAIT);
            case MigrationEvent.StreamingBegun _ -> step(event, Phase.BEGIN);
            case MigrationEvent.WorkloadFrozen _ -> {
                step(event, Phase.STREAM);
                freezes.put(event.migration(), event.at());
            }
            case MigrationEvent.PagesCaptured _ -> step(event, Phase.DUMP);
            case MigrationEvent.CheckpointStored stored -> stored(stored, decided, migration);
            case MigrationEvent.SaveFailed failed -> {
                step(event);
                freezes.remove(event.migration());
                Metric.SAVES.counter(registry, Codes.of(failed.reason())).increment();
            }
            case MigrationEvent.RestorePlaced _ -> step(event, Phase.PLACE);
            case MigrationEvent.RestoreFailed failed -> {
                step(event);
                Metric.RESTORES.counter(registry, Codes.of(failed.reason())).increment();
            }
            case MigrationEvent.WorkloadResumed _ -> resumed(event, decided, migration);
            case MigrationEvent.CheckpointStranded _ -> closed(Closing.STRANDED, decided, migration);
            case MigrationEvent.WorkloadLost _ -> closed(Closing.MISSED, decided, migration);
            case MigrationEvent.WorkloadLetGo let -> closed(Closing.of(let.reason()), decided, migration);
            case MigrationEvent.BackgroundChosen chosen ->
                Metric.WORK_LOST.timer(registry).record(chosen.lost());
            case MigrationEvent.BackgroundNoted _,
                    MigrationEvent.WorkloadKept _,
                    MigrationEvent.DeadlineMoved _,
                    MigrationEvent.Replanned _,
                    MigrationEvent.SaveRecalled _,
                    MigrationEvent.NoDestinationFound _,
                    MigrationEvent.SourceReleased _ -> {}
        }
    }

    private void stored(MigrationEvent.CheckpointStored stored, Decided decided, Migration migration) {
        step(stored, Phase.COMMIT);
        Metric.SAVES.counter(registry, STORED).increment();
        Metric.FROZEN.timer(registry).record(stored.frozen());
        bytes("pages", stored.pages().bytes());
        bytes(STORED, stored.stored().bytes());
        Announced.first(decided.reclaim()).ifPresent(notice -> {
            Duration window =
                    Duration.between(notice.receivedAt(), migration.subject().deadline());
            if (window.isPositive()) {
                double used = (double)
                        Duration.between(notice.receivedAt(), stored.at()).toMillis();
                Metric.WINDOW_USED
                        .ratio(registry, Codes.of(Announced.by(decided.reclaim())))
                        .record(used / window.toMillis());
            }
        });
    }

    private void resumed(MigrationEvent event, Decided decided, Migration migration) {
        step(event, Phase.RESTORE);
        Metric.RESTORES.counter(registry, RESUMED).increment();
        Instant frozen = freezes.remove(event.migration());
        if (frozen != null) {
            Metric.DOWNTIME.timer(registry).record(Duration.between(frozen, event.at()));
        }
        closed(Closing.SAVED, decided, migration);
    }

    private void closed(Closing closing, Decided decided, Migration migration) {
        Metric.EVACUATIONS
                .counter(registry, policy(migration), Codes.of(Announced.by(decided.reclaim())), Codes.of(closing))
                .increment();
    }

    private void step(MigrationEvent event) {
        steps.put(event.migration(), event.at());
    }

    /// Counted where the step before was seen, by this process and in this term.
    private void step(MigrationEvent event, Phase phase) {
        Instant before = steps.put(event.migration(), event.at());
        if (before != null) {
            Metric.PHASE_DURATION.timer(registry, Codes.of(phase)).record(Duration.between(before, event.at()));
        }
    }

    private void bytes(String kind, long bytes) {
        Metric.CHECKPOINT_BYTES.counter(registry, kind).increment((double) bytes);
    }

    private String policy(Migration migration) {
        String policy = migration.subject().planned().stake().policy();
        if (policy.isEmpty()) {
            return NO_POLICY;
        }
        return policies.containsKey(policy) ? policy : FORMER_POLICY;
    }

    private double count(Whereabouts state) {
        return (double) open.values().stream()
                .filter(migration -> whereabouts(migration) == state)
                .count();
    }

    /// What is closed has been taken out.
    private static Whereabouts whereabouts(Migration migration) {
        return switch (migration) {
            case Migration.AtRisk _ -> Whereabouts.AT_RISK;
            case Migration.Adrift _ -> Whereabouts.ADRIFT;
            case Migration.Safe _, Migration.Closed _ -> Whereabouts.SAFE;
        };
    }

    private double pending(String policy) {
        Instant now = clock.instant();
        return open.values().stream()
                .filter(Migration.Stored.class::isInstance)
                .map(Migration.Stored.class::cast)
                .filter(stored -> policy(stored).equals(policy))
                .mapToDouble(stored -> Duration.between(stored.since(), now).toMillis() / MILLIS)
                .max()
                .orElse(0);
    }
}
