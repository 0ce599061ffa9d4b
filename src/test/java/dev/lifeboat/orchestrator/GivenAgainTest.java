package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

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
    private static final NoticeId FIRST = new NoticeId("00000000000000aa");
    private static final NoticeId SECOND = new NoticeId("00000000000000ab");

    private final Orchestrator orchestrator = new Orchestrator(Limits.STANDARD, Planner.SAVE_ALL);
    private final List<Order> orders = new ArrayList<>();
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
        orders.addAll(orchestrator.step(input, view, now).orders());
    }

    private Migration newest() {
        return List.copyOf(orchestrator.state().migrations()).getLast();
    }

    private <T extends Order> T last(Class<T> kind) {
        return orders.stream().filter(kind::isInstance).map(kind::cast).toList().getLast();
    }
}
