package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.LossReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.migration.SetAsideReason;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OrchestratorTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodeName A = new NodeName("node-a");
    private static final NodeName B = new NodeName("node-b");
    private static final NodeName C = new NodeName("node-c");
    private static final WorkloadId PI = WorkloadId.parse("lab/pi");
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
        told(doomed(FIRST, 120));
        heard(stored(last(Order.Save.class)));
        heard(new Report.Resumed(B, now, last(Order.Restore.class).id(), 42));
        tick(40);
        assertThat(only()).isInstanceOf(Migration.Resumed.class);
    }

    @Test
    void aFailedRestoreGoesToAnotherNode() {
        beat(A, PI);
        beat(B);
        beat(C);
        told(doomed(FIRST, 120));
        heard(stored(last(Order.Save.class)));
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
        var running = Arrays.stream(workloads)
                .map(id -> new Workload(
                        id, "Process", "class", Map.of(), new Footprint(ByteCount.ZERO, ByteCount.ZERO, 1)))
                .toList();
        view = view.with(new Report.Heartbeat(node, now, running, new ByteRate(0), true), now);
    }

    private Migration only() {
        assertThat(orchestrator.state().migrations()).hasSize(1);
        return orchestrator.state().migrations().iterator().next();
    }

    private <T extends Order> T last(Class<T> kind) {
        return orders.stream().filter(kind::isInstance).map(kind::cast).toList().getLast();
    }

    private Report.Stored stored(Order.Save save) {
        CheckpointId checkpoint = save.checkpoint();
        return new Report.Stored(
                A, now, save.id(), checkpoint, ByteCount.ofMebi(2), ByteCount.ofMebi(1), Duration.ofMillis(300));
    }

    private static Notice doomed(NoticeId id, int seconds) {
        return new Notice.Preemption(id, A, "test", START, START.plusSeconds(seconds), Action.STOP);
    }
}
