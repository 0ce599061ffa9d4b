package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent.MigrationBegun;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// An orchestrator that starts long after a node's last heartbeat knows the node by its standing orders.
final class RecallTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodeName A = new NodeName("node-a");
    private static final NodeName B = new NodeName("node-b");
    private static final WorkloadId PI = WorkloadId.parse("lab/pi");
    private static final WorkloadId TAU = WorkloadId.parse("lab/tau");
    private static final Duration WINDOW = Duration.ofMinutes(2);

    private final Orchestrator orchestrator = new Orchestrator(Limits.STANDARD, Planner.SAVE_ALL);
    private View view = View.EMPTY.remembering(List.of(standing(A, PI, TAU)), START);
    private Instant now = START;

    @Test
    void whatALostNodeWouldHaveSavedAloneIsSought() {
        beat(B);
        told(A);
        pass(WINDOW.plusSeconds(1));
        beat(B);
        Orchestrator.Step begun = tick();
        pass(Limits.STANDARD.deadAfter().plusSeconds(30));
        beat(B);
        Orchestrator.Step sought = tick();

        assertThat(begun.events())
                .filteredOn(MigrationBegun.class::isInstance)
                .extracting(event -> ((MigrationBegun) event).subject().workload())
                .containsExactly(PI, TAU);
        assertThat(List.of(begun, sought))
                .flatExtracting(Orchestrator.Step::orders)
                .filteredOn(order -> order instanceof Order.Restore restore && restore.orElseSince() != null)
                .extracting(Order::node)
                .contains(B);
    }

    @Test
    void whatHasBegunIsNotBegunAgain() {
        told(A);
        pass(WINDOW.plusSeconds(1));
        tick();

        assertThat(tick().events()).noneMatch(MigrationBegun.class::isInstance);
    }

    @Test
    void aNodeThatSpeaksAgainIsWhatItSays() {
        beat(A, TAU);
        told(A);

        assertThat(view.remembered()).isEmpty();
        assertThat(orchestrator.state().migrations())
                .extracting(migration -> migration.subject().workload())
                .containsExactly(TAU);
    }

    @Test
    void whoeverIsNotHeardOfForAnHourIsForgottenAndHasNothingToDoAnyMore() {
        tick();
        pass(Duration.ofHours(1));
        view = view.swept(now);
        List<StandingOrders> atTheHour = tick().standing();
        pass(Duration.ofSeconds(1));
        view = view.swept(now);
        List<StandingOrders> after = tick().standing();

        assertThat(atTheHour).isEmpty();
        assertThat(after).singleElement().satisfies(orders -> {
            assertThat(orders.node()).isEqualTo(A);
            assertThat(orders.saves()).isEmpty();
            assertThat(orders.version()).isEqualTo(8);
        });
    }

    /// How connections and keys are dealt with no order says.
    @Test
    void whoComesToADoomedNodeIsSpokenOfToo() {
        beat(B);
        told(B);
        List<StandingOrders> first = tick().standing();
        pass(Duration.ofSeconds(1));
        beat(B, PI);
        List<StandingOrders> next = tick().standing();
        pass(Duration.ofSeconds(1));
        List<StandingOrders> last = tick().standing();

        assertThat(first)
                .singleElement()
                .satisfies(orders -> assertThat(orders.terms(PI)).isEmpty());
        assertThat(next)
                .singleElement()
                .satisfies(orders -> assertThat(orders.terms(PI)).isPresent());
        assertThat(last).isEmpty();
    }

    private static StandingOrders standing(NodeName node, WorkloadId... workloads) {
        List<StandingOrders.Entry> saves = List.of(workloads).stream()
                .map(workload -> new StandingOrders.Entry(workload, 1, 0, null))
                .toList();
        return new StandingOrders(node, 7, saves, null, null, null);
    }

    private void told(NodeName node) {
        var id = new NoticeId("00000000000000aa");
        var notice = new Notice.Preemption(id, node, "test", now, now.plus(WINDOW), Action.TERMINATE);
        Orchestrator.Step step = orchestrator.step(new Input.Told(notice), view, now);
        assertThat(step.events()).hasAtLeastOneElementOfType(JournalEvent.NoticeAccepted.class);
    }

    private Orchestrator.Step tick() {
        return orchestrator.step(new Input.Ticked(), view, now);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private void beat(NodeName node, WorkloadId... workloads) {
        List<Workload> running = List.of(workloads).stream()
                .map(id -> new Workload(
                        id, "Process", "class", Map.of(), new Footprint(ByteCount.ofMebi(1), ByteCount.ZERO, 1)))
                .toList();
        view = view.with(new Report.Heartbeat(node, now, running, new ByteRate(1e8), true, null), now);
    }
}
