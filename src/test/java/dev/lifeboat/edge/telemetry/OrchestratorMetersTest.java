package dev.lifeboat.edge.telemetry;

import static dev.lifeboat.edge.telemetry.SmallCluster.A;
import static dev.lifeboat.edge.telemetry.SmallCluster.B;
import static dev.lifeboat.edge.telemetry.SmallCluster.PI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.migration.StandingOrders.Rhythm;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.orchestrator.Outlook;
import dev.lifeboat.orchestrator.View;
import dev.lifeboat.plan.Pace;
import dev.lifeboat.plan.StandingRisk.CannotBeSaved;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Condition;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Obstacle;
import dev.lifeboat.workload.Obstruction;
import dev.lifeboat.workload.Preflight;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class OrchestratorMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Instant now = SmallCluster.START;
    private final OrchestratorMeters meters = new OrchestratorMeters(
            registry,
            new OrchestratorMeters.Setting(
                    4, new Policies(List.of()), List.of("NOT_JSON"), List.of("criu", "lazy-pages"), () -> now));
    private final SmallCluster cluster = new SmallCluster(meters);

    @Test
    void aWholeEvacuationAddsNoSeries() {
        Set<Meter.Id> before = ids();
        evacuate();
        assertThat(ids()).isEqualTo(before);
    }

    @Test
    void anEvacuatedWorkloadIsCountedOnceWithAllThatItTook() {
        evacuate();

        assertThat(evacuations("saved")).isOne();
        assertThat(registry.get("lifeboat.evacuations").counters().stream()
                        .mapToDouble(counter -> counter.count())
                        .sum())
                .isOne();
        assertThat(counter("lifeboat.saves", "outcome", "stored")).isOne();
        assertThat(counter("lifeboat.restores", "outcome", "resumed")).isOne();
        assertThat(counter("lifeboat.checkpoint", "kind", "pages"))
                .isEqualTo(2 * counter("lifeboat.checkpoint", "kind", "stored"));
        assertThat(phase("stream")).isEqualTo(1);
        assertThat(phase("commit")).isEqualTo(1);
        assertThat(phase("restore")).isEqualTo(2);
        assertThat(seconds(registry.get("lifeboat.downtime").timer())).isEqualTo(4);
        assertThat(registry.get("lifeboat.frozen").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(300);
    }

    @Test
    void theWindowThatWasUsedIsCountedFromTheNotice() {
        cluster.beat(A, PI);
        cluster.beat(B);
        var save = cluster.preempted(40);
        cluster.stored(save);
        var used = registry.get("lifeboat.window.used")
                .tag("trigger", "preemption")
                .summary();
        assertThat(used.count()).isOne();
        assertThat(used.totalAmount()).isEqualTo(0.1);
    }

    @Test
    void aSaveThatCameTooLateIsAMissedWindow() {
        cluster.beat(A, PI);
        cluster.beat(B);
        var save = cluster.preempted(5);
        cluster.pass(6);
        cluster.beat(A, PI);
        cluster.heard(new Report.SaveFailed(A, cluster.now(), save.id(), SaveFailure.TOO_LATE, "too late", true));
        cluster.tick();

        assertThat(evacuations("missed")).isOne();
        assertThat(counter("lifeboat.saves", "outcome", "too_late")).isOne();
    }

    @Test
    void aNoticeThatCameAfterItsDeadlineIsAMissedWindow() {
        cluster.beat(A, PI);
        var late = new Notice.Preemption(
                NoticeId.of("late"),
                A,
                "test",
                cluster.now().minusSeconds(120),
                cluster.now().minusSeconds(1),
                Action.TERMINATE);
        cluster.told(late);
        cluster.told(late);

        assertThat(evacuations("missed")).isOne();
    }

    @Test
    void aNodeThatDiesWithItsWorkloadIsAMissedWindowOnceASurvivorHasLooked() {
        cluster.beat(A, PI);
        cluster.beat(B);
        cluster.preempted(5);
        cluster.pass(60);
        cluster.beat(B);
        cluster.tick();
        assertThat(evacuations("missed")).isZero();

        var restore = cluster.last(Order.Restore.class);
        cluster.heard(new Report.RestoreFailed(
                B, cluster.now(), restore.id(), RestoreFailure.NO_CHECKPOINT, "there is none"));
        cluster.tick();
        assertThat(evacuations("missed")).isOne();
    }

    @Test
    void anEvacuationThatIsTakenBackIsNoMissedWindow() {
        cluster.beat(A, PI);
        cluster.beat(B);
        var save = cluster.preempted(60);
        var first = new NoticeId("00000000000000aa");
        cluster.pass(1);
        cluster.told(new Notice.Withdrawal(new NoticeId("00000000000000cc"), A, "test", cluster.now(), first));
        cluster.heard(new Report.SaveFailed(A, cluster.now(), save.id(), SaveFailure.ABORTED, "", true));
        cluster.tick();

        assertThat(evacuations("aborted")).isOne();
        assertThat(evacuations("missed")).isZero();
    }

    @Test
    void aCheckpointWithoutAHomeGrowsOlderUntilOneIsFound() {
        cluster.beat(A, PI);
        cluster.stored(cluster.preempted(60));
        now = cluster.now().plusSeconds(90);
        assertThat(pending()).isEqualTo(90);
        assertThat(gauge("lifeboat.migrations.open", "state", "safe")).isOne();

        cluster.beat(B);
        cluster.tick();
        assertThat(pending()).isZero();
        assertThat(gauge("lifeboat.migrations.open", "state", "safe")).isOne();
    }

    @Test
    void aTermShowsWhatItFoundOpenAndForgetsItWhenItEnds() {
        cluster.beat(A, PI);
        cluster.stored(cluster.preempted(60));
        meters.gaveUp();
        assertThat(gauge("lifeboat.migrations.open", "state", "safe")).isZero();
        assertThat(registry.get("lifeboat.partitions.owned").gauge().value()).isZero();

        meters.took(Set.of(1, 3), cluster.orchestrator().state().migrations());
        assertThat(gauge("lifeboat.migrations.open", "state", "safe")).isOne();
        assertThat(registry.get("lifeboat.partitions.owned").gauge().value()).isEqualTo(2);
    }

    @Test
    void aWorkloadThatTwoAgentsSayToRunIsSeenAtTheSecondLook() {
        cluster.beat(A, PI);
        cluster.beat(B, PI);
        meters.seen(cluster.view(), cluster.now());
        assertThat(registry.get("lifeboat.double.runs").gauge().value()).isZero();

        cluster.pass(10);
        cluster.beat(A, PI);
        cluster.beat(B, PI);
        meters.seen(cluster.view(), cluster.now());
        assertThat(registry.get("lifeboat.double.runs").gauge().value()).isOne();
    }

    @Test
    void aDeadNodesLastWordIsNoSecondCopy() {
        cluster.beat(A, PI);
        cluster.beat(B, PI);
        meters.seen(cluster.view(), cluster.now());
        cluster.pass(10);
        cluster.beat(B, PI);
        meters.seen(cluster.view(), cluster.now());
        assertThat(registry.get("lifeboat.double.runs").gauge().value()).isZero();
    }

    @Test
    void aNodeIsMissingOnlyWhenNothingSaidThatItGoesAndSomethingRanThere() {
        cluster.beat(A, PI);
        cluster.beat(B);
        meters.seen(cluster.view(), cluster.now());
        assertThat(gauge("lifeboat.nodes", "state", "accepting")).isEqualTo(2);

        cluster.pass(61);
        meters.seen(cluster.view(), cluster.now());
        assertThat(gauge("lifeboat.nodes", "state", "missing")).isOne();
        assertThat(gauge("lifeboat.nodes", "state", "silent")).isOne();

        cluster.preempted(60);
        meters.seen(cluster.view(), cluster.now());
        assertThat(gauge("lifeboat.nodes", "state", "missing")).isZero();
        assertThat(gauge("lifeboat.nodes", "state", "leaving")).isOne();
    }

    @Test
    void everyReasonWhyNoIntervalWouldDoHasAGaugeFromTheStartThatFollowsWhatIsTold() {
        assertThat(registry.find("lifeboat.background.cannot.fit").gauges()).hasSize(Pace.Reason.values().length);
        var id = new WorkloadId("ns", "w");
        var rate = new ByteRate(1);
        var cannot = new Pace.CannotFit(
                id, Pace.Reason.TRAFFIC_TOO_HIGH, Duration.ofSeconds(1), Duration.ofSeconds(2), rate, rate);

        meters.paced(List.of(cannot, new Pace.Unknown(id, Estimate.UnknownReason.STALE)));
        assertThat(gauge("lifeboat.background.cannot.fit", "reason", "traffic_too_high"))
                .isOne();
        assertThat(gauge("lifeboat.background.cannot.fit", "reason", "window_shared"))
                .isZero();
        assertThat(gauge("lifeboat.background.unknown", "reason", "stale")).isOne();

        meters.paced(List.of());
        assertThat(gauge("lifeboat.background.cannot.fit", "reason", "traffic_too_high"))
                .isZero();
        assertThat(gauge("lifeboat.background.unknown", "reason", "stale")).isZero();
    }

    @Test
    void whatCannotBeSavedIsCountedByWhatKeepsItUntilThatIsGone() {
        var ring = new WorkloadId("ns", "ring");
        assertThat(gauge("lifeboat.cannot.be.saved", "reason", "io_uring")).isZero();

        meters.obstructed(
                List.of(new CannotBeSaved(ring, List.of(Obstruction.of(ring, Obstacle.IO_URING, "pid 7, fd 5")))));
        assertThat(gauge("lifeboat.cannot.be.saved", "reason", "io_uring")).isOne();
        assertThat(gauge("lifeboat.cannot.be.saved", "reason", "device")).isZero();

        meters.obstructed(List.of());
        assertThat(gauge("lifeboat.cannot.be.saved", "reason", "io_uring")).isZero();
    }

    @Test
    void whatWouldBeLostWithoutAWordIsWhatRanSinceItBegan() {
        risk(Duration.ofHours(7), Duration.ofSeconds(59), List.of());
        assertThat(registry.get("lifeboat.work.at.risk").gauge().value()).isEqualTo(7 * 3600);
    }

    @Test
    void aCopyThatIsOlderThanTwoRoundsIsOverdue() {
        risk(Duration.ofHours(1), Duration.ofSeconds(60), List.of());
        assertThat(registry.get("lifeboat.copies.overdue").gauge().value()).isZero();
        risk(Duration.ofHours(1), Duration.ofSeconds(61), List.of());
        assertThat(registry.get("lifeboat.copies.overdue").gauge().value()).isOne();
    }

    @Test
    void whatWasNeverCopiedIsOverdueOnceItHasRunForTwoRounds() {
        risk(Duration.ofSeconds(60), null, List.of());
        assertThat(registry.get("lifeboat.copies.overdue").gauge().value()).isZero();
        risk(Duration.ofSeconds(61), null, List.of());
        assertThat(registry.get("lifeboat.copies.overdue").gauge().value()).isOne();
    }

    @Test
    void nodesAreCountedByWhatTheyLack() {
        risk(Duration.ZERO, null, List.of(new Preflight.Lack("lazy-pages", "no userfaultfd")));
        assertThat(gauge("lifeboat.nodes.lacking", "capability", "lazy_pages")).isOne();
        assertThat(gauge("lifeboat.nodes.lacking", "capability", "criu")).isZero();
    }

    /// A workload on node A that is to be copied every 30 seconds.
    private void risk(Duration running, @Nullable Duration copiedAgo, List<Preflight.Lack> lacks) {
        var workload =
                new Workload(PI, "Process", "class", Map.of(), new Footprint(ByteCount.ofMebi(16), ByteCount.ZERO, 1));
        var condition = new Condition(PI, running, copiedAgo, Set.of(), List.of());
        var heartbeat = new Report.Heartbeat(
                A,
                now,
                List.of(workload),
                new ByteRate(0),
                true,
                null,
                new Preflight(lacks, List.of()),
                List.of(condition));
        var rhythm = new Rhythm(PI, Duration.ofSeconds(30), 1, new ByteRate(1));
        View view = View.EMPTY.with(heartbeat, now).with(new Outlook(Map.of(PI, rhythm), Set.of()));
        meters.seen(view, now);
    }

    private void evacuate() {
        cluster.beat(A, PI);
        cluster.beat(B);
        var restore = cluster.placed(cluster.preempted(60));
        cluster.pass(2);
        cluster.heard(new Report.Resumed(B, cluster.now(), restore.id(), 42));
    }

    private Set<Meter.Id> ids() {
        return Set.copyOf(registry.getMeters().stream().map(Meter::getId).toList());
    }

    private double evacuations(String outcome) {
        return registry.get("lifeboat.evacuations")
                .tags("policy", "none", "trigger", "preemption", "outcome", outcome)
                .counter()
                .count();
    }

    private double pending() {
        return registry.get("lifeboat.restore.pending")
                .tag("policy", "none")
                .gauge()
                .value();
    }

    private double counter(String name, String label, String value) {
        return registry.get(name).tag(label, value).counter().count();
    }

    private double gauge(String name, String label, String value) {
        return registry.get(name).tag(label, value).gauge().value();
    }

    private double phase(String phase) {
        return seconds(
                registry.get("lifeboat.phase.duration").tag("phase", phase).timer());
    }

    private static double seconds(Timer timer) {
        return timer.totalTime(TimeUnit.SECONDS);
    }
}
