package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.LossReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.migration.SetAsideReason;
import dev.lifeboat.migration.StrandReason;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Capacity;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.CpuFacts;
import dev.lifeboat.plan.Grounds;
import dev.lifeboat.plan.HostFacts;
import dev.lifeboat.plan.Refusals;
import dev.lifeboat.plan.Score;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class OrchestratorTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodeName A = new NodeName("node-a");
    private static final NodeName B = new NodeName("node-b");
    private static final NodeName C = new NodeName("node-c");
    private static final WorkloadId PI = WorkloadId.parse("lab/pi");
    private static final WorkloadId TAU = WorkloadId.parse("lab/tau");
    private static final NoticeId FIRST = new NoticeId("00000000000000aa");
    private static final NoticeId SECOND = new NoticeId("00000000000000bb");

    private final Orchestrator orchestrator = new Orchestrator(Limits.STANDARD, Planner.SAVE_ALL);
    private final List<JournalEvent> journal = new ArrayList<>();
    private final List<Order> orders = new ArrayList<>();
    private View view = View.EMPTY;
    private Instant now = START;

    @Test
    void oneNoticeTakesTheWorkloadToASurvivor() {
        beat(A, PI);
        beat(B);
        told(doomed(FIRST, 120));
        var save = last(Order.Save.class);
        heard(new Report.SaveStarted(A, now, save.id()));
        heard(new Report.Frozen(A, now, save.id()));
        heard(stored(save));
        var restore = last(Order.Restore.class);
        heard(new Report.Resumed(B, now, restore.id(), 42));

        assertThat(restore.node()).isEqualTo(B);
        assertThat(restore.checkpoint()).isEqualTo(save.checkpoint());
        assertThat(only()).isInstanceOf(Migration.Resumed.class);
        assertThat(orchestrator.state().open()).isEmpty();
    }

    @Test
    void theSameNoticeAgainStartsNothing() {
        beat(A, PI);
        told(doomed(FIRST, 120));
        told(doomed(FIRST, 120));
        assertThat(orchestrator.state().migrations()).hasSize(1);
    }

    @Test
    void aSecondNoticeMovesTheDeadlineForward() {
        beat(A, PI);
        told(doomed(FIRST, 120));
        told(doomed(SECOND, 60));
        assertThat(only().subject().deadline()).isEqualTo(START.plusSeconds(60));
        assertThat(only().subject().notice()).isEqualTo(FIRST);
    }

    @Test
    void aDeadlineFarAheadIsWaitedFor() {
        beat(A, PI);
        told(doomed(FIRST, 3600));
        tick(3600 - 15 * 60 - 1);
        assertThat(orchestrator.state().migrations()).isEmpty();
        tick(1);
        assertThat(only().subject().deadline()).isEqualTo(START.plusSeconds(3600));
    }

    @Test
    void aWithdrawalAbortsWhatIsNotStored() {
        beat(A, PI);
        told(doomed(FIRST, 120));
        told(new Notice.Withdrawal(SECOND, A, "test", now.plusSeconds(1), FIRST));
        var abort = last(Order.Abort.class);
        heard(new Report.SaveFailed(A, now, abort.id(), SaveFailure.ABORTED, "", true));
        assertThat(only())
                .isInstanceOfSatisfying(
                        Migration.LetGone.class,
                        gone -> assertThat(gone.reason()).isEqualTo(LetGoReason.WITHDRAWN));
    }

    @Test
    void aCheckpointThatWasStoredBeforeTheWithdrawalIsRestored() {
        beat(A, PI);
        beat(B);
        told(doomed(FIRST, 120));
        var save = last(Order.Save.class);
        told(new Notice.Withdrawal(SECOND, A, "test", now.plusSeconds(1), FIRST));
        heard(stored(save));
        assertThat(only()).isInstanceOf(Migration.Restoring.class);
    }

    @Test
    void aNoticeForAnUnknownNodeCountsOnceItsAgentSpeaksUp() {
        told(doomed(FIRST, 120));
        assertThat(journal)
                .filteredOn(JournalEvent.NoticeSetAside.class::isInstance)
                .extracting(event -> ((JournalEvent.NoticeSetAside) event).reason())
                .containsExactly(SetAsideReason.UNKNOWN_NODE);
        beat(A, PI);
        tick(1);
        assertThat(only()).isInstanceOf(Migration.Noticed.class);
    }

    @Test
    void failedSavesAreRetriedWithANewCheckpointAndThenLetGo() {
        beat(A, PI);
        told(doomed(FIRST, 120));
        for (int save = 1; save <= Limits.STANDARD.saves(); save++) {
            var order = last(Order.Save.class);
            assertThat(order.checkpoint().value()).endsWith("-" + save);
            heard(new Report.SaveFailed(A, now, order.id(), SaveFailure.STORE_REFUSED, "503", true));
            tick(3);
        }
        assertThat(only())
                .isInstanceOfSatisfying(
                        Migration.LetGone.class,
                        gone -> assertThat(gone.reason()).isEqualTo(LetGoReason.SAVES_FAILED));
    }

    /// Found by the simulation, seed 983: a dead node's last heartbeat goes on naming what has left it.
    @Test
    void aDeadNodesLastHeartbeatDoesNotStartASecondMigration() {
        beat(A, PI);
        beat(B);
        doomedAndStored();
        heard(new Report.Resumed(B, now, last(Order.Restore.class).id(), 42));
        tick(40);
        assertThat(only()).isInstanceOf(Migration.Resumed.class);
    }

    @Test
    void aFailedRestoreGoesToAnotherNode() {
        beat(A, PI);
        beat(B);
        beat(C);
        doomedAndStored();
        var first = last(Order.Restore.class);
        heard(new Report.RestoreFailed(first.node(), now, first.id(), RestoreFailure.INCOMPATIBLE, ""));
        tick(2);
        var second = last(Order.Restore.class);
        assertThat(second.node()).isNotEqualTo(first.node());
        assertThat(second.attempt()).isEqualTo(2);
    }

    @Test
    void aSilentNodePastItsDeadlineIsLostOnlyOnceASurvivorFoundNoCheckpoint() {
        loseNodeA();
        assertThat(only())
                .isInstanceOfSatisfying(
                        Migration.Lost.class, lost -> assertThat(lost.reason()).isEqualTo(LossReason.NOT_STORED));
    }

    @Test
    void aNodeThatItsCloudCallsDeadIsLostAtOnceAndItsCheckpointSoughtElsewhere() {
        beat(A, PI);
        beat(B);
        told(doomed(FIRST, 120));
        told(new Notice.Death(SECOND, A, "ec2-sqs", now));

        assertThat(only()).isInstanceOf(Migration.Sought.class);
        assertThat(last(Order.Restore.class).node()).isEqualTo(B);
        assertThat(journal).anyMatch(MigrationEvent.NodeLost.class::isInstance);
    }

    @Test
    void aCheckpointHeardOfAfterTheLossStillWins() {
        loseNodeA();
        heard(stored(last(Order.Save.class)));
        tick(2);
        assertThat(only()).isInstanceOf(Migration.Restoring.class);
        assertThat(last(Order.Restore.class).attempt()).isEqualTo(2);
    }

    @Test
    void anOwedOrderComesAgainAtGrowingIntervals() {
        beat(A, PI);
        told(doomed(FIRST, 600));
        for (int second = 0; second < 60; second++) {
            tick(1);
        }
        assertThat(orders).filteredOn(Order.Save.class::isInstance).hasSize(8);
        assertThat(orders.stream().map(Order::key).distinct()).hasSize(1);
    }

    @Test
    void aWorkloadGoesWhereItCanLiveAndTheJournalSaysWhyNotElsewhere() {
        beat(A, machine("avx2", 900), PI);
        beat(B, machine("sse4_2", 900));
        beat(C, machine("avx2", 900));
        doomedAndStored();

        assertThat(last(Order.Restore.class).node()).isEqualTo(C);
        var grounds = Objects.requireNonNull(
                lastOf(MigrationEvent.RestorePlaced.class).grounds());
        assertThat(grounds.refusals().nodes())
                .extracting(
                        refused -> refused.node() + " " + refused.hindrance().code())
                .containsExactly("node-a NOT_ACCEPTING", "node-b CPU_INCOMPATIBLE");
    }

    @Test
    void memoryThatIsPromisedInThisOrAnotherPartitionIsNotPromisedAgain() {
        beat(A, machine("avx2", 900), PI, TAU);
        beat(B, machine("avx2", 20));
        beat(C, machine("avx2", 20));
        told(doomed(FIRST, 120));
        var other = new MigrationId("rho-0");
        var room = new Grounds(
                ByteCount.ofMebi(4), new Score(0, 0, 0, 0, 0), new Refusals(Refusals.Outlook.PLACED, List.of(), 0));
        view = view.with(new MigrationEvent.RestorePlaced(other, now, B, other.checkpoint(1), 1, room));

        // The second save may be ordered only once the first is done.
        var answered = new HashSet<String>();
        for (int i = 0; i < orders.size(); i++) {
            if (orders.get(i) instanceof Order.Save save && answered.add(save.key())) {
                heard(stored(save));
            }
        }

        // 16 MiB and an eighth each: B has 16 left, C room for one.
        assertThat(orders)
                .filteredOn(Order.Restore.class::isInstance)
                .singleElement()
                .satisfies(restore -> assertThat(restore.node()).isEqualTo(C));
        assertThat(lastOf(MigrationEvent.NoDestinationFound.class).refusals().outlook())
                .isEqualTo(Refusals.Outlook.LATER);

        view = view.with(new MigrationEvent.RestoreFailed(other, now, B, 1, RestoreFailure.CORRUPT, ""));
        tick(1);
        assertThat(last(Order.Restore.class).node()).isEqualTo(B);
    }

    @Test
    void aNodeThatAnotherPartitionEmptiesTakesNothing() {
        beat(A, machine("avx2", 900), PI);
        beat(B, machine("avx2", 900));
        beat(C, machine("avx2", 100));
        view = view.told(
                List.of(new Notice.Preemption(SECOND, B, "test", now, now.plusSeconds(120), Action.STOP)), now);
        doomedAndStored();
        assertThat(last(Order.Restore.class).node()).isEqualTo(C);
    }

    @Test
    void theLikeOfAMachineThatWasJustReclaimedIsTheLastChoice() {
        beat(A, machine("avx2", 900), PI);
        beat(B, machine("avx2", 900));
        beat(C, machine("avx2", 900, "m5.large"));
        view = view.told(List.of(doomed(FIRST, 120)), now);
        doomedAndStored();
        assertThat(last(Order.Restore.class).node()).isEqualTo(C);
    }

    @Test
    void withNoNodeOfItsMakeItSaysSoOnceAndIsStrandedWithThatReason() {
        beat(A, machine("avx2", 900), PI);
        beat(B, machine("sse4_2", 900));
        doomedAndStored();
        for (int minute = 0; minute < 61; minute++) {
            beat(B, machine("sse4_2", 900 - minute));
            tick(60);
        }
        assertThat(journal)
                .filteredOn(MigrationEvent.NoDestinationFound.class::isInstance)
                .hasSize(1);
        assertThat(orders).noneMatch(Order.Restore.class::isInstance);
        assertThat(lastOf(MigrationEvent.CheckpointStranded.class).reason())
                .isEqualTo(StrandReason.NO_COMPATIBLE_DESTINATION);
    }

    private void doomedAndStored() {
        told(doomed(FIRST, 120));
        heard(stored(last(Order.Save.class)));
    }

    private <T extends JournalEvent> T lastOf(Class<T> kind) {
        return journal.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList()
                .getLast();
    }

    private static Capacity machine(String feature, long freeMebi) {
        return machine(feature, freeMebi, "m6i.large");
    }

    private static Capacity machine(String feature, long freeMebi, String type) {
        var cpu = new CpuFacts("AuthenticAMD", 26, 2, 1, Set.of(feature), 0xe5, 2432, 2432);
        return new Capacity(
                new HostFacts("amd64", cpu, "6.1.0-40", "4.1.1", "process"),
                ByteCount.ofMebi(freeMebi),
                CapacityOffer.Kind.SPOT,
                type,
                "z1",
                Set.of(),
                List.of(),
                Set.of());
    }

    private void loseNodeA() {
        beat(A, PI);
        told(doomed(FIRST, 30));
        tick(46);
        beat(B);
        tick(0);
        var search = last(Order.Restore.class);
        heard(new Report.RestoreFailed(B, now, search.id(), RestoreFailure.NO_CHECKPOINT, ""));
    }

    private void told(Notice notice) {
        step(new Input.Told(notice));
    }

    private void heard(Report.OfMigration report) {
        step(new Input.Heard(report));
    }

    private void tick(int seconds) {
        now = now.plusSeconds(seconds);
        step(new Input.Ticked());
    }

    private void step(Input input) {
        var step = orchestrator.step(input, view, now);
        journal.addAll(step.events());
        orders.addAll(step.orders());
        var replayed = new Evacuations();
        journal.forEach(replayed::replay);
        assertThat(replayed).isEqualTo(orchestrator.state());
    }

    private void beat(NodeName node, WorkloadId... workloads) {
        beat(node, null, workloads);
    }

    private void beat(NodeName node, @Nullable Capacity machine, WorkloadId... workloads) {
        var running = Arrays.stream(workloads)
                .map(id -> new Workload(
                        id, "Process", "class", Map.of(), new Footprint(ByteCount.ofMebi(16), ByteCount.ZERO, 1)))
                .toList();
        view = view.with(new Report.Heartbeat(node, now, running, new ByteRate(0), true, machine), now);
    }

    private Migration only() {
        assertThat(orchestrator.state().migrations()).hasSize(1);
        return orchestrator.state().migrations().iterator().next();
    }

    private <T extends Order> T last(Class<T> kind) {
        return orders.stream().filter(kind::isInstance).map(kind::cast).toList().getLast();
    }

    private Report.Stored stored(Order.Save save) {
        return new Report.Stored(
                A, now, save.id(), save.checkpoint(), ByteCount.ofMebi(2), ByteCount.ofMebi(1), Duration.ofMillis(300));
    }

    private static Notice doomed(NoticeId id, int seconds) {
        return new Notice.Preemption(id, A, "test", START, START.plusSeconds(seconds), Action.STOP);
    }
}
