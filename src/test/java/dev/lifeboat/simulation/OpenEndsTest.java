package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.MemoryCheckpoints;
import dev.lifeboat.agent.MemoryCheckpoints.Call;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.OrderId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was begun and has no end yet: an agent that died in the middle, a store that did not answer.
final class OpenEndsTest {
    private static final NodeName HOME = new NodeName("node-a");
    private static final WorkloadId PI = WorkloadId.parse("lab/pi");
    private static final MigrationId MIGRATION = new MigrationId("pi-0123456789ab");

    @TempDir
    Path scratch;

    private final Schedule schedule = new Schedule(1);
    private final List<Report> reports = new ArrayList<>();
    private final Map<Call, Integer> refusals = new EnumMap<>(Call.class);
    private final Map<Call, Integer> silences = new EnumMap<>(Call.class);
    private final MemoryCheckpoints store = new MemoryCheckpoints();
    private Duration until = Duration.ZERO;
    private SimulatedNode node;

    @BeforeEach
    void aNodeWithAWorkload() {
        var around =
                new SimulatedNode.Surroundings(schedule, Faults.NONE, store.over(refusing()), scratch, reports::add);
        node = new SimulatedNode(HOME, around);
        node.start(PI);
    }

    @AfterEach
    void end() {
        node.end();
    }

    /// The manifest of the earlier life may be on the wire still: it must not come once the workload goes on.
    @Test
    void aSaveThatAnEarlierLifeLeftOpenIsSettledAndNotTakenUp() {
        node.on(save());
        crashOnce(Report.Captured.class);
        assertThat(reports).noneMatch(Report.Stored.class::isInstance);

        obey(save());

        assertFailedAndRunsOn(SaveFailure.AGENT_RESTARTED);
        assertNeverComes();
    }

    /// Seed 14243: the third save had failed, its workload was let go, and an agent that starts reads
    /// the latest orders anew.
    @Test
    void aSaveThatFailedIsNotBegunAgainByALaterLife() {
        refusals.put(Call.DRAFT, 1);
        obey(save());
        assertFailedAndRunsOn(SaveFailure.STORE_REFUSED);
        node.crash();
        advance(() -> {});

        obey(save());

        assertFailedAndRunsOn(SaveFailure.AGENT_RESTARTED);
        assertThat(reports).noneMatch(Report.Frozen.class::isInstance);
    }

    /// Seed 9131: not even the first question was answered, and the order came once more.
    @Test
    void aSaveThatFailedBeforeItBeganIsNotBegunAgainEither() {
        refusals.put(Call.LOOK, 1);
        obey(save());
        assertFailedAndRunsOn(SaveFailure.STORE_REFUSED);

        obey(save());

        assertFailedAndRunsOn(SaveFailure.STORE_REFUSED);
        assertThat(reports).noneMatch(Report.Frozen.class::isInstance);
    }

    @Test
    void aSaveWhoseManifestMayBeThereHasNotFailedYet() {
        silences.put(Call.MANIFEST, 1);
        refusals.put(Call.SETTLE, 2);
        obey(save());
        assertThat(node.runs(PI)).isTrue();
        assertThat(reports.getLast()).isInstanceOf(Report.Captured.class);

        obey(save());

        assertThat(reports.getLast()).isInstanceOf(Report.Stored.class);
        assertThat(node.runs(PI)).isFalse();
    }

    @Test
    void aSaveWhoseManifestMayComeHasNotFailedEvenAfterItsDeadline() {
        node.on(save());
        crashOnce(Report.Captured.class);
        until = until.plusHours(1);
        advance(() -> {});
        int said = reports.size();

        refusals.put(Call.SETTLE, 1);
        obey(save());
        assertThat(reports).hasSize(said);

        obey(save());
        assertFailedAndRunsOn(SaveFailure.AGENT_RESTARTED);
        assertNeverComes();
    }

    private void assertFailedAndRunsOn(SaveFailure reason) {
        assertThat(reports.getLast())
                .isInstanceOfSatisfying(
                        Report.SaveFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(reason));
        assertThat(node.runs(PI)).isTrue();
    }

    @Test
    void aSaveThatIsTakenBackForTheWorkloadsSakeThawsItAndTellsItToEnd() {
        node.on(save());
        once(Report.Frozen.class, () -> node.on(abort(Order.Sequel.SIGTERM)));

        assertThat(reports.getLast()).isInstanceOfSatisfying(Report.SaveFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(SaveFailure.ABORTED);
            assertThat(failed.workloadAlive()).isTrue();
        });
        assertThat(node.runs(PI)).isTrue();
        assertThat(node.told).containsExactly(PI);
    }

    @Test
    void aSaveThatIsTakenBackForOthersSakeLeavesTheWorkloadAlone() {
        node.on(save());
        once(Report.Frozen.class, () -> node.on(abort(null)));

        assertThat(node.runs(PI)).isTrue();
        assertThat(node.told).isEmpty();
    }

    @Test
    void anAgentThatKnowsNothingOfTheSaveTellsTheWorkloadAllTheSame() {
        obey(abort(Order.Sequel.SIGTERM));
        obey(abort(Order.Sequel.SIGTERM));

        assertThat(node.told).as("once, however often it is ordered").containsExactly(PI);
        assertNeverComes();
    }

    @Test
    void aSaveIsSealedUnderTheKeyThatItsPolicyNames() {
        obey(save());

        assertThat(store.sealed()).containsExactly(AgentProcess.KEY);
    }

    @Test
    void anOrderThatComesAgainChangesTheCodecOfTheSaveUnderWay() {
        node.on(save());
        once(Report.Frozen.class, () -> node.on(save(Codec.LZ4)));

        assertThat(store.packed()).containsExactly(Codec.LZ4);
        assertThat(reports.getLast()).isInstanceOf(Report.Stored.class);
        obey(save(Codec.NONE));
        assertThat(store.packed()).as("what is stored is not packed again").containsExactly(Codec.LZ4);
    }

    @Test
    void roundsComeBeforeTheFreezeAndEachIsReported() {
        obey(save(2, null));

        assertThat(made()).containsExactly(1, 2);
        int frozen = reports.indexOf(first(Report.Frozen.class));
        assertThat(reports.subList(frozen, reports.size())).noneMatch(Report.SaveProgress.class::isInstance);
        assertThat(reports.getLast())
                .isInstanceOfSatisfying(
                        Report.Stored.class,
                        stored -> assertThat(stored.rounds()).isEqualTo(2));
    }

    @Test
    void anOrderThatComesAgainWithoutRoundsCutsOffTheOneUnderWay() {
        node.on(save(5, null));
        once(Report.Measured.class, () -> node.on(save(0, null)));

        assertThat(made()).containsExactly(1);
        assertThat(reports.getLast())
                .isInstanceOfSatisfying(
                        Report.Stored.class,
                        stored -> assertThat(stored.rounds()).isEqualTo(1));
    }

    @Test
    void withoutAWordRoundsAreCutOffWhenTheOrderSaysSo() {
        node.on(save(1_000, Schedule.START.plusSeconds(10)));
        advance(node::beat);

        assertThat(first(Report.Frozen.class).at())
                .isBetween(Schedule.START.plusSeconds(10), Schedule.START.plusSeconds(20));
        assertThat(reports).anyMatch(Report.Stored.class::isInstance);
    }

    @Test
    void aSaveThatIsTakenBackInItsRoundsNeverFreezes() {
        node.on(save(5, null));
        once(Report.Measured.class, () -> node.on(abort(Order.Sequel.SIGTERM)));

        assertThat(reports).noneMatch(Report.Frozen.class::isInstance);
        assertThat(reports.getLast())
                .isInstanceOfSatisfying(
                        Report.SaveFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(SaveFailure.ABORTED));
        assertThat(node.told).containsExactly(PI);
    }

    @Test
    void aStoreThatFailsInARoundCostsTheRound() {
        refusals.put(Call.CHAIN, 1);
        obey(save(2, null));

        assertThat(reports.getLast())
                .isInstanceOfSatisfying(
                        Report.Stored.class,
                        stored -> assertThat(stored.rounds()).isZero());
    }

    private Report first(Class<? extends Report> type) {
        return reports.stream().filter(type::isInstance).findFirst().orElseThrow();
    }

    /// As each round was through.
    private List<Integer> made() {
        return reports.stream()
                .filter(Report.SaveProgress.class::isInstance)
                .map(report -> ((Report.SaveProgress) report).rounds())
                .toList();
    }

    @Test
    void aSearchThatFindsNoCheckpointKeepsItFromComing() {
        node.die();
        var other = new SimulatedNode(
                new NodeName("node-b"),
                new SimulatedNode.Surroundings(schedule, Faults.NONE, store, scratch, reports::add));
        other.on(restore());
        advance(() -> {});

        assertThat(failure()).isEqualTo(RestoreFailure.NO_CHECKPOINT);
        assertNeverComes();
        other.end();
    }

    @Test
    void aClaimThatCannotBeConfirmedIsTheStoresFault() {
        obey(save());
        refusals.put(Call.CONFIRM, 3);

        obey(restore());

        assertThat(failure()).isEqualTo(RestoreFailure.STORE_UNREACHABLE);
        assertThat(node.runs(PI)).isFalse();
    }

    @Test
    void aProcessorThatLacksSomethingSpendsNothingOfTheCheckpoint() {
        obey(save());
        node.unfit = true;
        obey(restore());
        assertThat(failure()).isEqualTo(RestoreFailure.INCOMPATIBLE);
        assertThat(node.runs(PI)).isFalse();

        node.unfit = false;
        obey(new Order.Restore(id("restore-2"), HOME, PI, MIGRATION.checkpoint(1), 2));
        assertThat(reports.getLast()).isInstanceOf(Report.Resumed.class);
        assertThat(node.runs(PI)).isTrue();
    }

    @Test
    void whoeverKillsARestoredWorkloadHasNotMadeItsRestoreFail() {
        obey(save());
        obey(restore());
        node.trees.clear();

        obey(restore());

        assertThat(reports).noneMatch(Report.RestoreFailed.class::isInstance);
        assertThat(reports.getLast()).isInstanceOf(Report.Resumed.class);
        assertThat(node.runs(PI)).as("revived").isFalse();
    }

    private RestoreFailure failure() {
        assertThat(reports.getLast()).isInstanceOf(Report.RestoreFailed.class);
        return ((Report.RestoreFailed) reports.getLast()).reason();
    }

    private void assertNeverComes() {
        assertThatThrownBy(() -> store.draft(MIGRATION.checkpoint(1)))
                .isInstanceOf(StoreFailed.class)
                .hasMessageContaining("settled already");
    }

    private MemoryCheckpoints.Way refusing() {
        return new MemoryCheckpoints.Way() {
            @Override
            public void there(Call call) {
                if (refusals.merge(call, -1, Integer::sum) >= 0) {
                    throw new StoreFailed(StoreFailed.Kind.REFUSED, call + " came to nothing");
                }
            }

            @Override
            public void back(Call call) {
                if (silences.merge(call, -1, Integer::sum) >= 0) {
                    throw new StoreFailed(StoreFailed.Kind.STALLED, "the answer to " + call + " was lost");
                }
            }
        };
    }

    private void crashOnce(Class<? extends Report> at) {
        once(at, node::crash);
    }

    private void once(Class<? extends Report> at, Runnable then) {
        var waiting = new ArrayDeque<>(List.of(then));
        advance(() -> {
            if (!waiting.isEmpty() && reports.stream().anyMatch(at::isInstance)) {
                waiting.remove().run();
            }
        });
    }

    private void obey(Order order) {
        node.on(order);
        advance(() -> {});
    }

    private void advance(Runnable check) {
        until = until.plusMinutes(2);
        schedule.run(until, check);
    }

    private static Order save() {
        return save((Codec) null);
    }

    private static Order save(int rounds, @Nullable Instant freezeBy) {
        return new Order.Save(
                id("save-1"),
                HOME,
                PI,
                MIGRATION.checkpoint(1),
                rounds,
                Schedule.START.plusSeconds(3_600),
                null,
                freezeBy);
    }

    private static Order save(@Nullable Codec codec) {
        return new Order.Save(
                id("save-1"), HOME, PI, MIGRATION.checkpoint(1), 0, Schedule.START.plusSeconds(3_600), codec, null);
    }

    private static Order abort(Order.@Nullable Sequel sequel) {
        return new Order.Abort(id("abort-1"), HOME, PI, MIGRATION.checkpoint(1), sequel);
    }

    private static Order restore() {
        return new Order.Restore(id("restore-1"), HOME, PI, MIGRATION.checkpoint(1), 1);
    }

    private static OrderId id(String step) {
        return new OrderId(MIGRATION + "/" + step, MIGRATION, HOME);
    }
}
