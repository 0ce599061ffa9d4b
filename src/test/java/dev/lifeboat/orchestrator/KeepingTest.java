package dev.lifeboat.orchestrator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.checkpoint.BackgroundCheckpoint;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.BackgroundName;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.LossReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent;
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

/// When a workload goes back to a checkpoint from while it ran on, and when it must not.
final class KeepingTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodeName HOME = new NodeName("node-a");
    private static final NodeName SURVIVOR = new NodeName("node-b");
    private static final WorkloadId PI = WorkloadId.parse("lab/pi");
    private static final Workload RUNS =
            new Workload(PI, "Process", "class", Map.of(), new Footprint(ByteCount.ofMebi(16), ByteCount.ZERO, 1));
    private static final NoticeId NOTICE = new NoticeId("00000000000000aa");
    private static final CheckpointId KEPT = BackgroundName.of(PI, HOME).taken(START.minusSeconds(240));

    private final Orchestrator orchestrator = new Orchestrator(Limits.STANDARD, Planner.SAVE_ALL);
    private final List<JournalEvent> journal = new ArrayList<>();
    private final List<Order> orders = new ArrayList<>();
    private View view = View.EMPTY;
    private Instant now = START;

    @BeforeEach
    void homeHasACheckpointOfFourMinutesAgo() {
        var kept =
                new BackgroundCheckpoint(PI, KEPT, Duration.ofMinutes(4), Duration.ofMillis(300), ByteCount.ofMebi(1));
        view = view.with(
                new Report.Heartbeat(
                        HOME, now, List.of(RUNS), new ByteRate(0), true, null, null, null, List.of(kept), null),
                now);
    }

    @Test
    void aDeathWithoutNoticeCostsTheWorkSinceTheLastCheckpoint() {
        told(new Notice.Death(NOTICE, HOME, "test", now));
        tick(11);
        nothingFound();

        var chosen = last(MigrationEvent.BackgroundChosen.class);
        assertThat(chosen.checkpoint()).isEqualTo(KEPT);
        assertThat(chosen.lost()).isEqualTo(Duration.ofMinutes(4));
        tick(1);
        var restore = restore();
        assertThat(restore.checkpoint()).isEqualTo(KEPT);
        heard(new Report.Resumed(SURVIVOR, now, restore.id(), 42));
        assertThat(only()).isInstanceOf(Migration.Resumed.class);
    }

    /// Whoever starts reads heartbeats of the last half minute at once.
    @Test
    void aCheckpointIsAsOldAsItWasWhenItsNodeSpokePlusTheTimeSince() {
        Report.Heartbeat spoke = requireNonNull(view.nodes().get(HOME)).heartbeat();
        now = START.plusSeconds(20);
        view = View.EMPTY.with(spoke, now);
        told(new Notice.Death(NOTICE, HOME, "test", now));
        tick(11);
        nothingFound();

        assertThat(last(MigrationEvent.BackgroundChosen.class).lost()).isEqualTo(Duration.ofSeconds(240 + 20));
    }

    @Test
    void anAgentsClockThatIsHoursBehindAgesACheckpointByAMinuteAtMost() {
        Report.Heartbeat spoke = requireNonNull(view.nodes().get(HOME)).heartbeat();
        view = View.EMPTY.with(spoke, START.plus(Duration.ofHours(3)));

        assertThat(view.background(HOME, PI, START.plus(Duration.ofHours(3))))
                .satisfies(newest -> assertThat(newest.ago()).isEqualTo(Duration.ofMinutes(4 + 1)));
    }

    /// Two sources, and an agent that acted alone on the second one's word: seed 457 said that it was lost.
    @Test
    void whatAnotherMigrationHasSavedIsNeitherLostNorTakenFromAnOlderCheckpoint() {
        told(doomed(30));
        var notice = new NoticeId("00000000000000dd");
        var alone = new StandingOrders.Entry(PI, 1, 0, null).order(HOME, notice, now.plusSeconds(30));
        var other = new Notice.Preemption(notice, HOME, "test", now, now.plusSeconds(30), Action.TERMINATE);
        heard(new Report.ActedAlone(HOME, now, alone.id(), PI, other, 0, null));
        heard(new Report.Stored(
                HOME, now, alone.id(), alone.checkpoint(), ByteCount.ZERO, ByteCount.ZERO, Duration.ZERO));
        tick(1);
        heard(new Report.Resumed(SURVIVOR, now, restore().id(), 42));

        told(new Notice.Death(new NoticeId("00000000000000ee"), HOME, "test", now));

        assertThat(orchestrator.state().migrations())
                .hasSize(2)
                .hasOnlyElementsOfTypes(Migration.LetGone.class, Migration.Resumed.class);
        assertThat(last(MigrationEvent.WorkloadLetGo.class).reason()).isEqualTo(LetGoReason.SAVED_ALONE);
    }

    @Test
    void whatASurvivorFindsIsNewerAndComesFirst() {
        told(new Notice.Death(NOTICE, HOME, "test", now));
        tick(11);
        heard(new Report.Resumed(SURVIVOR, now, restore().id(), 42));
        assertThat(journal).noneMatch(MigrationEvent.BackgroundChosen.class::isInstance);
    }

    @Test
    void aNodeThatIsOnlySilentMayStillRunIt() {
        told(doomed(30));
        tick(46);
        nothingFound();
        for (int minute = 0; minute < 59; minute++) {
            tick(60);
        }
        assertThat(only()).isInstanceOf(Migration.Missing.class);
        assertThat(orders).filteredOn(Order.Restore.class::isInstance).hasSize(1);

        told(new Notice.Death(new NoticeId("00000000000000bb"), HOME, "test", now));

        assertThat(last(MigrationEvent.BackgroundChosen.class).lost()).isEqualTo(Duration.ofSeconds(240 + 30));
    }

    @Test
    void aDeathThatNobodyEverProvesIsSaid() {
        told(doomed(30));
        tick(46);
        nothingFound();
        tick(3_601);
        assertThat(last(MigrationEvent.WorkloadLost.class).reason()).isEqualTo(LossReason.DEATH_UNPROVEN);
    }

    @Test
    void whatCouldNotBeSavedRunsOnUntilItsNodeIsGone() {
        told(doomed(120));
        for (int save = 0; save < 3; save++) {
            fail();
            tick(3);
        }
        assertThat(only())
                .isInstanceOfSatisfying(
                        Migration.Kept.class, kept -> assertThat(kept.why()).isEqualTo(LetGoReason.SAVES_FAILED));

        told(new Notice.Withdrawal(new NoticeId("00000000000000bb"), HOME, "test", now, NOTICE));

        assertThat(only())
                .isInstanceOfSatisfying(
                        Migration.LetGone.class,
                        gone -> assertThat(gone.reason()).isEqualTo(LetGoReason.WITHDRAWN));
    }

    @Test
    void onAMachineThatWasNotTakenAfterAllItIsLetGo() {
        told(doomed(120));
        for (int save = 0; save < 3; save++) {
            fail();
            tick(3);
        }
        homeHasACheckpointOfFourMinutesAgo();
        now = now.plus(Duration.ofMinutes(62));
        homeHasACheckpointOfFourMinutesAgo();
        tick(1);
        assertThat(only())
                .isInstanceOfSatisfying(
                        Migration.LetGone.class,
                        gone -> assertThat(gone.reason()).isEqualTo(LetGoReason.SAVES_FAILED));
    }

    @Test
    void nobodyWillSayThatADrainedNodeDied() {
        told(new Notice.Drain(NOTICE, HOME, "test", now, Duration.ofMinutes(2)));
        for (int save = 0; save < 3; save++) {
            fail();
            tick(3);
        }
        assertThat(only()).isInstanceOf(Migration.LetGone.class);
    }

    private void fail() {
        var save = lastOrder(Order.Save.class);
        heard(new Report.SaveFailed(HOME, now, save.id(), SaveFailure.STORE_REFUSED, "full", true));
    }

    private Order.Restore restore() {
        return lastOrder(Order.Restore.class);
    }

    private <T extends Order> T lastOrder(Class<T> kind) {
        return orders.stream().filter(kind::isInstance).map(kind::cast).toList().getLast();
    }

    private void nothingFound() {
        heard(new Report.RestoreFailed(SURVIVOR, now, restore().id(), RestoreFailure.NO_CHECKPOINT, ""));
    }

    private Notice doomed(int seconds) {
        return new Notice.Preemption(NOTICE, HOME, "test", now, now.plusSeconds(seconds), Action.TERMINATE);
    }

    private void told(Notice notice) {
        step(new Input.Told(notice));
        step(new Input.Ticked());
    }

    private void heard(Report.OfMigration report) {
        step(new Input.Heard(report));
    }

    private void tick(int seconds) {
        now = now.plusSeconds(seconds);
        view = view.with(new Report.Heartbeat(SURVIVOR, now, List.of(), new ByteRate(0), true, null), now);
        step(new Input.Ticked());
    }

    private void step(Input input) {
        var step = orchestrator.step(input, view, now);
        journal.addAll(step.events());
        orders.addAll(step.orders());
    }

    private <T extends JournalEvent> T last(Class<T> kind) {
        return journal.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList()
                .getLast();
    }

    private Migration only() {
        assertThat(orchestrator.state().migrations()).hasSize(1);
        return orchestrator.state().migrations().iterator().next();
    }
}
