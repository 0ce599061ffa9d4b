package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.migration.StandingOrders;
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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Notices that are taken back, and given again: a drain that was called off, a reclaim that comes after all.
final class GivenAgainTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodeName HOME = new NodeName("node-a");
    private static final NodeName SURVIVOR = new NodeName("node-b");
    private static final WorkloadId PI = WorkloadId.parse("lab/pi");
    private static final Workload RUNS =
            new Workload(PI, "Process", "class", Map.of(), new Footprint(ByteCount.ofMebi(16), ByteCount.ZERO, 1));
    private static final Workload OTHER =
            new Workload(WorkloadId.parse("lab/tau"), "Process", "class", Map.of(), RUNS.footprint());
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final NoticeId FIRST = new NoticeId("00000000000000aa");
    private static final NoticeId SECOND = new NoticeId("00000000000000ab");

    private final Orchestrator orchestrator = new Orchestrator(Limits.STANDARD, Planner.SAVE_ALL);
    private final List<Order> orders = new ArrayList<>();
    private final List<JournalEvent> events = new ArrayList<>();
    private View view = View.EMPTY;
    private Instant now = START;

    @BeforeEach
    void aNodeThatWasHeardOf() {
        beat();
    }

    @Test
    void whatCouldNotBeSavedBeforeIsTriedAnew() {
        told(doomed(FIRST));
        for (int save = 0; save < Limits.STANDARD.saves(); save++) {
            heard(new Report.SaveFailed(
                    HOME, now, last(Order.Save.class).id(), SaveFailure.STORE_REFUSED, "503", true));
            tick(3);
        }
        assertThat(newest()).isInstanceOf(Migration.LetGone.class);

        told(withdrawn());
        told(doomed(SECOND));
        tick(1);

        assertThat(newest()).isInstanceOf(Migration.Saving.class);
        assertThat(orchestrator.state().migrations()).hasSize(2);
    }

    /// As a taint without a time of its own is: the same id, and none of the earlier one's time left.
    @Test
    void aDrainThatIsGivenAgainUnderItsOldNameHasItsWholeTime() {
        told(drained());
        told(withdrawn());
        heard(new Report.SaveFailed(HOME, now, last(Order.Save.class).id(), SaveFailure.ABORTED, "", true));
        tick(200);
        told(drained());

        assertThat(newest()).isInstanceOf(Migration.Saving.class);
        assertThat(newest().subject().deadline()).isEqualTo(now.plus(GRACE));
        assertThat(events).noneMatch(JournalEvent.NoticeSetAside.class::isInstance);
    }

    @Test
    void whatWentBackToItsOwnHomeIsSavedAtOnce() {
        told(doomed(FIRST));
        var save = last(Order.Save.class);
        told(withdrawn());
        heard(new Report.Stored(
                HOME, now, save.id(), save.checkpoint(), ByteCount.ZERO, ByteCount.ZERO, Duration.ZERO));
        var restore = last(Order.Restore.class);
        assertThat(restore.node()).isEqualTo(HOME);
        heard(new Report.Resumed(HOME, now, restore.id(), 42));

        tick(1);
        told(doomed(SECOND));

        assertThat(newest()).isInstanceOf(Migration.Saving.class);
    }

    /// Its agent is at the save, or has made it: letting go would forget what may be in the store.
    @Test
    void aSaveThatAnAgentBeganAloneIsAskedForThoughItsNoticeWasTakenBack() {
        told(withdrawn());
        var entry = new StandingOrders.Entry(PI, 1, 0, null);
        Order.Save alone = entry.order(HOME, FIRST, now.plusSeconds(60));
        heard(new Report.ActedAlone(HOME, now, alone.id(), PI, doomed(FIRST), 0, null));

        assertThat(newest()).isInstanceOf(Migration.Recalled.class);
        assertThat(last(Order.Abort.class).checkpoint()).isEqualTo(alone.checkpoint());
    }

    @Test
    void aNodeThatWasBelievedDeadAndLivesAfterAllHasLostNothing() {
        told(doomed(FIRST));
        now = now.plusSeconds(120 + 16);
        view = view.with(new Report.Heartbeat(SURVIVOR, now, List.of(), new ByteRate(0), true, null), now);
        step(new Input.Ticked());
        assertThat(newest()).isInstanceOf(Migration.Sought.class);

        told(withdrawn());
        beat();
        heard(new Report.RestoreFailed(
                SURVIVOR, now, last(Order.Restore.class).id(), RestoreFailure.NO_CHECKPOINT, ""));

        assertThat(newest())
                .isInstanceOfSatisfying(
                        Migration.LetGone.class,
                        gone -> assertThat(gone.reason()).isEqualTo(LetGoReason.WITHDRAWN));
    }

    /// Its agent acts alone before its turn has come: it is at the save, whatever the plan says.
    @Test
    void whatAnAgentBeganAloneIsTakenBackWithItsNoticeThoughItsTurnHasNotCome() {
        view = view.with(new Report.Heartbeat(HOME, now, List.of(RUNS, OTHER), new ByteRate(0), true, null), now);
        told(doomed(FIRST));
        Migration waiting = waiting();
        WorkloadId workload = waiting.subject().workload();
        Order.Save alone = begunAlone(waiting);
        assertThat(alone.migration()).isEqualTo(waiting.id());

        heard(new Report.ActedAlone(HOME, now, alone.id(), workload, doomed(FIRST), 0, null));
        told(withdrawn());

        assertThat(orchestrator.state().migration(waiting.id())).isInstanceOf(Migration.Recalled.class);
        assertThat(orders)
                .filteredOn(Order.Abort.class::isInstance)
                .extracting(order -> ((Order.Abort) order).checkpoint())
                .contains(alone.checkpoint());
    }

    /// It was let go before anybody heard of the act: what was committed is neither lost nor made twice.
    @Test
    void whatWasSavedAloneCountsThoughItsNoticeHadBeenTakenBackBefore() {
        view = view.with(new Report.Heartbeat(HOME, now, List.of(RUNS, OTHER), new ByteRate(0), true, null), now);
        view = view.with(new Report.Heartbeat(SURVIVOR, now, List.of(), new ByteRate(0), true, null), now);
        told(doomed(FIRST));
        Migration waiting = waiting();
        WorkloadId workload = waiting.subject().workload();
        Order.Save alone = begunAlone(waiting);
        told(withdrawn());
        assertThat(orchestrator.state().migration(waiting.id())).isInstanceOf(Migration.LetGone.class);

        heard(new Report.ActedAlone(HOME, now, alone.id(), workload, doomed(FIRST), 0, null));
        heard(new Report.Stored(
                HOME, now, alone.id(), alone.checkpoint(), ByteCount.ZERO, ByteCount.ZERO, Duration.ZERO));

        assertThat(orchestrator.state().migration(waiting.id())).isInstanceOf(Migration.Restoring.class);
        assertThat(last(Order.Restore.class).checkpoint()).isEqualTo(alone.checkpoint());
        assertThat(orders)
                .filteredOn(order -> order instanceof Order.Restore restore
                        && restore.workload().equals(workload))
                .hasSize(1);
    }

    /// Its turn has not come.
    private Migration waiting() {
        return orchestrator.state().of(HOME).stream()
                .filter(Migration.Waiting.class::isInstance)
                .findFirst()
                .orElseThrow();
    }

    /// What its agent gives itself to do, cut off.
    private static Order.Save begunAlone(Migration migration) {
        return new StandingOrders.Entry(migration.subject().workload(), 1, 0, null)
                .order(HOME, FIRST, migration.subject().deadline());
    }

    private Notice.Drain drained() {
        return new Notice.Drain(FIRST, HOME, "kubernetes", now, GRACE);
    }

    private Notice.Preemption doomed(NoticeId id) {
        return new Notice.Preemption(id, HOME, "test", now, now.plusSeconds(120), Action.STOP);
    }

    private Notice withdrawn() {
        return new Notice.Withdrawal(new NoticeId("00000000000000bb"), HOME, "test", now.plusMillis(1), FIRST);
    }

    private void told(Notice notice) {
        step(new Input.Told(notice));
        step(new Input.Ticked());
    }

    private void heard(Report.OfMigration report) {
        step(new Input.Heard(report));
        step(new Input.Ticked());
    }

    private void tick(int seconds) {
        now = now.plusSeconds(seconds);
        beat();
        step(new Input.Ticked());
    }

    private void beat() {
        view = view.with(new Report.Heartbeat(HOME, now, List.of(RUNS), new ByteRate(0), true, null), now);
    }

    private void step(Input input) {
        var step = orchestrator.step(input, view, now);
        orders.addAll(step.orders());
        events.addAll(step.events());
    }

    private Migration newest() {
        return List.copyOf(orchestrator.state().migrations()).getLast();
    }

    private <T extends Order> T last(Class<T> kind) {
        return orders.stream().filter(kind::isInstance).map(kind::cast).toList().getLast();
    }
}
