package dev.lifeboat.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.MigrationEvent.MigrationBegun;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.plan.Refusals;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Arrival;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Walks the whole machine: every reachable state and every event.
final class MigrationExplorationTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodeName HOME = new NodeName("node-a");
    private static final NodeName TARGET = new NodeName("node-b");
    private static final NoticeId NOTICE = new NoticeId("00000000000000aa");
    private static final WorkloadId WORKLOAD = WorkloadId.parse("lab/pi");
    private static final MigrationId ID = MigrationId.of(NOTICE, WORKLOAD, 1);
    private static final Subject SUBJECT =
            new Subject(ID, HOME, WORKLOAD, NOTICE, AT.plusSeconds(120), Planned.turn(1), null);

    private static final CheckpointId BACKGROUND =
            BackgroundName.of(WORKLOAD, HOME).taken(AT);

    /// Deep enough for a second save and a second restore to have failed.
    private static final int MOST_ATTEMPTS = 2;

    private record Edge(Class<?> from, Class<?> by, Class<?> to) {}

    private static final Set<Edge> EDGES = new HashSet<>();
    private static final Set<Migration> STATES = explore(EDGES);

    @Test
    void everyKindOfStateIsReached() {
        assertThat(STATES.stream().map(Object::getClass).distinct())
                .containsExactlyInAnyOrderElementsOf(variants(Migration.class).toList());
    }

    @Test
    void everyKindOfEventMovesSomething() {
        assertThat(EDGES.stream().map(Edge::by).distinct().toList())
                .containsAll(variants(MigrationEvent.class)
                        .filter(type -> type != MigrationBegun.class)
                        .toList());
    }

    @Test
    void everyRestoreIsOrderedAsItsPolicyWished() {
        Needs lazily = Needs.of(ByteCount.ZERO).arriving(Arrival.LAZY);
        var subject = new Subject(ID, HOME, WORKLOAD, NOTICE, AT.plusSeconds(120), Planned.turn(1), lazily);
        var restoring = new Migration.Restoring(subject, ID.checkpoint(1), Restores.NONE, true, TARGET, AT);
        var sought = new Migration.Sought(subject, 1, Restores.NONE, TARGET, AT);
        assertThat(Stream.of(restoring, sought).flatMap(state -> state.owed().stream()))
                .allSatisfy(order -> assertThat(order)
                        .isInstanceOfSatisfying(
                                Order.Restore.class,
                                restore -> assertThat(restore.arrival()).isEqualTo(Arrival.LAZY)));
    }

    @Test
    void nobodyWalksAwayFromAFrozenProcess() {
        assertThat(EDGES)
                .noneMatch(edge -> edge.from() == Migration.Frozen.class && edge.to() == Migration.LetGone.class);
    }

    @Test
    void aStoredCheckpointCannotBeLostWithItsNode() {
        assertThat(EDGES)
                .noneMatch(edge -> Migration.Safe.class.isAssignableFrom(edge.from())
                        && (edge.to() == Migration.Lost.class || edge.to() == Migration.Missing.class));
    }

    @Test
    void onlyACheckpointOrARunningCopyOpensWhatWasClosed() {
        assertThat(EDGES)
                .filteredOn(edge -> Migration.Closed.class.isAssignableFrom(edge.from()))
                .allMatch(edge -> edge.by() == MigrationEvent.CheckpointStored.class
                        || edge.by() == MigrationEvent.WorkloadResumed.class);
    }

    @Test
    void aBackgroundCheckpointIsChosenOnlyOfWhatSurvivorsHaveLookedFor() {
        assertThat(EDGES)
                .filteredOn(edge -> edge.by() == MigrationEvent.BackgroundChosen.class)
                .allMatch(edge -> edge.from() == Migration.Missing.class && edge.to() == Migration.Stored.class);
    }

    @Test
    void nothingIsOwedOnceClosedAndKeysNeverRepeatWithinAState() {
        for (Migration state : STATES) {
            List<String> keys = state.owed().stream().map(Order::key).toList();
            assertThat(keys).doesNotHaveDuplicates();
            if (state instanceof Migration.Closed) {
                assertThat(keys).isEmpty();
            }
        }
    }

    @Test
    void theDiagramIsDrawnFromTheMachine() {
        var lines = new TreeMap<String, Set<String>>();
        for (Edge edge : EDGES) {
            lines.computeIfAbsent(
                            edge.from().getSimpleName() + " --> " + edge.to().getSimpleName(), _ -> new TreeSet<>())
                    .add(edge.by().getSimpleName());
        }
        var text = new StringBuilder("""
                %% Drawn by MigrationExplorationTest from the code; drift fails.
                stateDiagram-v2
                    [*] --> Noticed: MigrationBegun
                """);
        lines.forEach((arrow, events) -> text.append("    ")
                .append(arrow)
                .append(": ")
                .append(String.join(", ", events))
                .append('\n'));
        variants(Migration.Closed.class)
                .map(Class::getSimpleName)
                .sorted()
                .forEach(closed -> text.append("    ").append(closed).append(" --> [*]\n"));
        Drawn.matches(Path.of("docs/reference/migration-states.mmd"), text.toString());
    }

    private static Set<Migration> explore(Set<Edge> edges) {
        var seen = new HashSet<Migration>();
        var todo = new ArrayDeque<Migration>();
        todo.add(Migration.begin(new MigrationBegun(SUBJECT, AT)));
        while (!todo.isEmpty()) {
            Migration from = todo.remove();
            if (!seen.add(from)) {
                continue;
            }
            events(from)
                    .forEach(event -> move(from, event).ifPresent(to -> {
                        edges.add(new Edge(from.getClass(), event.getClass(), to.getClass()));
                        todo.add(to);
                    }));
        }
        return seen;
    }

    private static Optional<Migration> move(Migration from, MigrationEvent event) {
        try {
            return Optional.of(from.replay(event));
        } catch (IllegalMove illegal) {
            return Optional.empty();
        }
    }

    private static Stream<MigrationEvent> events(Migration state) {
        int save = switch (state) {
            case Migration.AtRisk s -> s.save();
            case Migration.Adrift s -> s.save();
            case Migration.Safe _, Migration.Closed _ -> 1;
        };
        int attempts = switch (state) {
            case Migration.Adrift s -> s.restores().attempts();
            case Migration.Safe s -> s.restores().attempts();
            case Migration.AtRisk _, Migration.Closed _ -> 0;
        };
        var always = Stream.<MigrationEvent>of(
                new MigrationBegun(SUBJECT, AT),
                new MigrationEvent.DeadlineMoved(ID, AT, AT.plusSeconds(60)),
                new MigrationEvent.StreamingBegun(ID, AT),
                new MigrationEvent.WorkloadFrozen(ID, AT),
                new MigrationEvent.PagesCaptured(ID, AT, ByteCount.ZERO),
                new MigrationEvent.CheckpointStored(
                        ID, AT, ID.checkpoint(1), ByteCount.ZERO, ByteCount.ZERO, Duration.ZERO),
                new MigrationEvent.SaveFailed(ID, AT, SaveFailure.STORE_STALLED, "", true),
                new MigrationEvent.SaveFailed(ID, AT, SaveFailure.DUMP_FAILED, "", false),
                new MigrationEvent.SaveRecalled(ID, AT, LetGoReason.WITHDRAWN),
                new MigrationEvent.Replanned(ID, AT, Planned.turn(2), ""),
                new MigrationEvent.SaveOrdered(ID, AT),
                new MigrationEvent.WorkloadLetGo(ID, AT, LetGoReason.WITHDRAWN),
                new MigrationEvent.NodeLost(ID, AT),
                new MigrationEvent.BackgroundNoted(ID, AT, BACKGROUND, AT),
                new MigrationEvent.WorkloadKept(ID, AT, LetGoReason.OUT_OF_TIME),
                new MigrationEvent.BackgroundChosen(ID, AT, BACKGROUND, AT, Duration.ZERO),
                new MigrationEvent.RestoreFailed(ID, AT, TARGET, attempts, RestoreFailure.NO_CHECKPOINT, ""),
                new MigrationEvent.RestoreFailed(ID, AT, TARGET, attempts, RestoreFailure.CLAIM_LOST, ""),
                new MigrationEvent.NoDestinationFound(ID, AT, new Refusals(Refusals.Outlook.LATER, List.of(), 0)),
                new MigrationEvent.SourceReleased(ID, AT),
                new MigrationEvent.WorkloadResumed(ID, AT, TARGET, 1),
                new MigrationEvent.WorkloadLost(ID, AT, LossReason.NOT_STORED),
                new MigrationEvent.CheckpointStranded(ID, AT, StrandReason.NO_CAPACITY));
        Stream<MigrationEvent> again =
                save < MOST_ATTEMPTS ? Stream.of(new MigrationEvent.SaveRetried(ID, AT, save + 1)) : Stream.empty();
        Stream<MigrationEvent> place = attempts < MOST_ATTEMPTS
                ? Stream.of(new MigrationEvent.RestorePlaced(ID, AT, TARGET, ID.checkpoint(1), attempts + 1, null))
                : Stream.empty();
        return Stream.of(always, again, place).flatMap(stream -> stream);
    }

    private static Stream<Class<?>> variants(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(MigrationExplorationTest::variants)
                : Stream.of(type);
    }
}
