package dev.lifeboat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What an agent decides when it is alone; its saves are never begun here.
final class AloneTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodeName NODE = new NodeName("node-a");
    private static final WorkloadId PI = WorkloadId.parse("lab/pi");
    private static final NoticeId ID = new NoticeId("00000000000000aa");

    private final List<Report> reports = new ArrayList<>();
    private final MemoryLastOrders disk = new MemoryLastOrders();
    private final List<Order> given = new ArrayList<>();
    private final Alone alone = started();

    @Test
    void withoutStandingOrdersItDoesNothing() {
        assertThat(alone.told(preemption(NODE, 120))).isZero();
    }

    @Test
    void actsOnceOnEveryNotice() {
        alone.given(plan(1));
        assertThat(alone.told(preemption(NODE, 120))).isEqualTo(1);
        assertThat(alone.told(preemption(NODE, 120))).isZero();
        assertThat(reports).singleElement().isInstanceOf(Report.ActedAlone.class);
    }

    @Test
    void beginsTheSaveThatTheOrchestratorWouldOrder() {
        alone.given(plan(1));
        alone.told(preemption(NODE, 120));
        Order.Save save = ((Report.ActedAlone) reports.getFirst()).save();
        assertThat(save.migration()).isEqualTo(MigrationId.of(ID, PI, 1));
        assertThat(save.key()).isEqualTo(save.migration() + "/save-1");
        assertThat(save.deadline()).isEqualTo(NOW.plusSeconds(120));
    }

    /// The same id, and another migration: what was done under the first one's key is not done again.
    @Test
    void whatIsGivenAgainAfterItWasTakenBackIsSavedAnew() {
        alone.given(plan(1));
        Notice first = preemption(NODE, 120);
        Notice withdrawal =
                new Notice.Withdrawal(new NoticeId("00000000000000bb"), NODE, "test", NOW.plusSeconds(9), ID);
        Notice again =
                new Notice.Preemption(ID, NODE, "test", NOW.plusSeconds(20), NOW.plusSeconds(140), Action.TERMINATE);
        List<Notice> spooled = List.of(first, withdrawal, again);

        assertThat(spooled.stream().map(alone::told)).containsExactly(1, 0, 1);
        assertThat(spooled.stream().map(alone::told)).containsExactly(0, 0, 0);
        assertThat(reports)
                .extracting(report -> ((Report.ActedAlone) report).save().migration())
                .containsExactly(MigrationId.of(ID, PI, 1), MigrationId.of(ID, PI, 2));
        assertThat(given)
                .filteredOn(Order.Abort.class::isInstance)
                .extracting(order -> ((Order.Abort) order).migration())
                .containsExactly(MigrationId.of(ID, PI, 1));
    }

    @Test
    void anotherNodesNoticeIsNotItsOwn() {
        alone.given(plan(1));
        assertThat(alone.told(preemption(new NodeName("node-b"), 120))).isZero();
    }

    @Test
    void aDeadlineFarAheadCanWait() {
        alone.given(plan(1));
        assertThat(alone.told(preemption(NODE, 3_600))).isZero();
    }

    @Test
    void anOlderPlanDoesNotReplaceANewerOne() {
        alone.given(plan(2));
        alone.given(plan(1));
        assertThat(disk.read()).map(StandingOrders::version).isEqualTo(Optional.of(2L));
    }

    @Test
    void tellsAfterARestartToo() {
        alone.given(plan(1));
        alone.told(preemption(NODE, 120));
        reports.clear();
        started().retell();
        assertThat(reports).singleElement().isInstanceOf(Report.ActedAlone.class);
    }

    @Test
    void tellsNoMoreOnceTheOrchestratorSpeaksOfIt() {
        alone.given(plan(1));
        alone.told(preemption(NODE, 120));
        alone.ordered(((Report.ActedAlone) reports.getFirst()).save());
        reports.clear();
        alone.retell();
        assertThat(reports).isEmpty();
        assertThat(disk.acts()).isEmpty();
    }

    private Alone started() {
        var host = new Host(NODE, "criu 4.1.1", "6.1.0", "cpu", Path.of("/dev/shm"));
        InstantSource clock = InstantSource.fixed(NOW);
        return new Alone(host, given::add, disk, new Alone.Outside(reports::add, clock));
    }

    private static StandingOrders plan(long version) {
        return new StandingOrders(NODE, version, List.of(new StandingOrders.Entry(PI, 1, 0, null)), null, null, null);
    }

    private static Notice preemption(NodeName node, long seconds) {
        return new Notice.Preemption(ID, node, "test", NOW, NOW.plusSeconds(seconds), Action.TERMINATE);
    }
}
