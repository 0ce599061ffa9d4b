package dev.lifeboat.orchestrator;

import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Point;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.estimate.Subject;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration.AtRisk;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Learns from journals, and from what agents measure between saves: a fold of both and of nothing else, so that a
/// restarted process knows what the one before it knew. What it holds is bounded; the journals of all partitions may be
/// fed to one of these, each in its own order. One owner, one thread.
public final class Experience {
    /// Workloads seen in plans, and saves whose end is awaited; more are forgotten, oldest first.
    private static final int MOST_REMEMBERED = 4_096;

    private final Estimator estimator = new Estimator(Settings.DEFAULTS);
    private final Map<Key, Load> workloads = new LinkedHashMap<>();
    private final Map<MigrationId, Pending> pending = new LinkedHashMap<>();
    private final Map<Integer, Evacuations> states = new LinkedHashMap<>();

    private record Key(NodeName node, WorkloadId workload) {}

    /// @param pending what its save carries; null for all of it
    private record Load(Workload workload, @Nullable ByteCount pending) {
        Subject on(NodeName node) {
            return pending == null ? Subject.cold(workload, node) : new Subject(workload, node, pending);
        }
    }

    /// A save that was ordered, with what the models said of it then.
    private record Pending(
            NodeName node,
            Load load,
            Instant since,
            @Nullable Point point) {}

    /// @param partition whose journal it is from
    public void replay(int partition, JournalEvent event) {
        Evacuations state = states.computeIfAbsent(partition, _ -> new Evacuations());
        state.replay(event);
        switch (event) {
            case JournalEvent.PlanDrawn drawn -> drawn(drawn);
            case JournalEvent.DecisionExplained explained -> {
                Workload workload = explained.tenant().workload();
                var load = new Load(workload, explained.tenant().pending());
                remember(workloads, new Key(explained.node(), workload.id()), load);
            }
            case MigrationEvent.SaveOrdered ordered -> ordered(ordered, state);
            case MigrationEvent.StreamingBegun begun ->
                pending.computeIfPresent(
                        begun.migration(),
                        (_, known) -> new Pending(known.node(), known.load(), begun.at(), known.point()));
            case MigrationEvent.CheckpointStored stored -> stored(stored);
            case MigrationEvent.SaveFailed failed ->
                ended(
                        failed.migration(),
                        failed.at(),
                        failed.reason() == SaveFailure.TOO_LATE || failed.reason() == SaveFailure.STORE_STALLED);
            case MigrationEvent.NodeLost lost -> ended(lost.migration(), lost.at(), true);
            case JournalEvent.NoticeAccepted _, JournalEvent.NoticeSetAside _ -> {}
            case MigrationEvent _ -> {}
        }
    }

    /// What agents measure wears off within hours, so it is not journalled but read again from its topic.
    ///
    /// @param now by our own clock, so that an agent's skewed one cannot make it look stale or fresh for ever
    public void learn(Report.Measured measured, Instant now) {
        for (Observation observation : measured.observations()) {
            switch (observation) {
                case Observation.Dirtied it ->
                    estimator.observe(new Observation.Dirtied(now, it.workload(), it.age(), it.dirty()));
                case Observation.Packed it ->
                    estimator.observe(new Observation.Packed(now, it.workload(), it.raw(), it.wire()));
                case Observation.Overhead it ->
                    estimator.observe(new Observation.Overhead(now, it.stage(), it.pages(), it.tasks(), it.spent()));
                case Observation.Sent it ->
                    estimator.observe(new Observation.Sent(now, measured.node(), it.wire(), it.elapsed()));
                // Outcomes are drawn from the journal alone.
                case Observation.Saved _, Observation.CutOff _ -> {}
            }
        }
    }

    public Hindsight hindsight() {
        var underWay = new ArrayList<AtRisk>();
        states.values().forEach(state -> underWay.addAll(state.atRisk()));
        return new Hindsight(estimator.state(), underWay);
    }

    /// What the agent said of its uplink when the plan was drawn.
    private void drawn(JournalEvent.PlanDrawn drawn) {
        ByteRate uplink = drawn.circumstances().home().uplink();
        observe(estimator, drawn.node(), uplink, drawn.at());
    }

    static void observe(Estimator estimator, NodeName node, ByteRate uplink, Instant at) {
        long second = (long) uplink.bytesPerSecond();
        if (second > 0) {
            estimator.observe(new Observation.Sent(at, node, new ByteCount(second), Duration.ofSeconds(1)));
        }
    }

    private void ordered(MigrationEvent.SaveOrdered ordered, Evacuations state) {
        if (!(state.migration(ordered.migration()) instanceof AtRisk migration)) {
            return;
        }
        NodeName node = migration.subject().home();
        Load load = workloads.get(new Key(node, migration.subject().workload()));
        if (load == null) {
            return;
        }
        int rounds = migration.subject().planned().rounds();
        Point point = estimator.point(load.on(node), rounds, ordered.at()).orElse(null);
        remember(pending, ordered.migration(), new Pending(node, load, ordered.at(), point));
    }

    private void stored(MigrationEvent.CheckpointStored stored) {
        Pending known = pending.remove(stored.migration());
        if (known == null) {
            return;
        }
        Duration took = Duration.between(known.since(), stored.at());
        // Of a save that found most of its pages in the store, neither says anything: its bytes were few, not slow.
        int rounds = known.point() == null ? 0 : known.point().rounds();
        boolean cold = known.load().pending() == null && rounds == 0;
        if (cold && stored.stored().bytes() > 0 && took.isPositive()) {
            estimator.observe(new Observation.Sent(stored.at(), known.node(), stored.stored(), took));
            estimator.observe(
                    new Observation.Packed(stored.at(), known.load().workload(), stored.pages(), stored.stored()));
        }
        if (known.point() == null || !took.isPositive()) {
            return;
        }
        Integer made = stored.rounds();
        if (made != null && made < rounds) {
            // Its rounds were cut off: with all of them it would have taken longer than anybody can say.
            estimator.observe(new Observation.CutOff(stored.at(), known.point()));
        } else if (made != null || rounds == 0) {
            estimator.observe(new Observation.Saved(stored.at(), known.point(), took, stored.frozen()));
        }
    }

    /// A save that the deadline, a stalled store or the end of its node cut off would have taken longer than anybody
    /// can say.
    private void ended(MigrationId migration, Instant at, boolean cutOff) {
        Pending known = pending.remove(migration);
        if (known != null && known.point() != null && cutOff) {
            estimator.observe(new Observation.CutOff(at, known.point()));
        }
    }

    private static <K, V> void remember(Map<K, V> map, K key, V value) {
        map.remove(key);
        map.put(key, value);
        if (map.size() > MOST_REMEMBERED) {
            map.remove(map.keySet().iterator().next());
        }
    }
}
