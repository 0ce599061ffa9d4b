package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.StandingRisk.CannotBeSaved;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Obstacle;
import dev.lifeboat.workload.Obstruction;
import dev.lifeboat.workload.Preflight;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ObstructedTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final NodeName NODE = new NodeName("node-a");
    private static final WorkloadId RING = new WorkloadId("demo", "ring");
    private static final WorkloadId PLAIN = new WorkloadId("demo", "plain");
    private static final Obstruction IO_URING = Obstruction.of(RING, Obstacle.IO_URING, "pid 7, fd 5");

    @Test
    void aWorkloadWithAnIoUringIsToldBeforeAnyNotice() {
        assertThat(Obstructed.of(view(new Preflight(List.of(), List.of(IO_URING))), NOW))
                .containsExactly(new CannotBeSaved(RING, List.of(IO_URING)));
    }

    @Test
    void whatOnlyLengthensASaveKeepsNothingFromBeingSaved() {
        var shared = Obstruction.of(PLAIN, Obstacle.SHARED_MEMORY, "pid 8, 12 KiB");
        assertThat(Obstructed.of(view(new Preflight(List.of(), List.of(shared))), NOW))
                .isEmpty();
    }

    @Test
    void ofAnAgentThatHasNotLookedNothingIsSaid() {
        assertThat(Obstructed.of(view(null), NOW)).isEmpty();
    }

    @Test
    void whatANodeSaidBeforeItFellSilentIsNotToldForEver() {
        View view = view(new Preflight(List.of(), List.of(IO_URING)));
        assertThat(Obstructed.of(view, NOW.plus(Homeless.GONE))).hasSize(1);
        assertThat(Obstructed.of(view, NOW.plus(Homeless.GONE).plusMillis(1))).isEmpty();
    }

    /// Its source would be killed, and a restore of what there is of it fail.
    @Test
    void whatCannotBeSavedIsLeftAloneWithoutAnyPolicyToo() {
        var orchestrator = new Orchestrator(Limits.STANDARD, Planner.SAVE_ALL);
        var notice = new Notice.Preemption(
                new NoticeId("00000000000000aa"), NODE, "test", NOW, NOW.plusSeconds(120), Action.TERMINATE);

        var step = orchestrator.step(new Input.Told(notice), view(new Preflight(List.of(), List.of(IO_URING))), NOW);

        assertThat(step.events())
                .filteredOn(MigrationEvent.WorkloadLetGo.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(MigrationEvent.WorkloadLetGo.class, let -> {
                    assertThat(let.reason()).isEqualTo(LetGoReason.CANNOT_BE_SAVED);
                    assertThat(let.migration().value()).startsWith(RING.name());
                });
        assertThat(step.orders())
                .extracting(order -> order instanceof Order.Save save ? save.workload() : null)
                .containsExactly(PLAIN);
    }

    private static View view(@Nullable Preflight preflight) {
        var heartbeat = new Report.Heartbeat(
                NODE, NOW, List.of(workload(RING), workload(PLAIN)), new ByteRate(0), true, null, preflight, null);
        return View.EMPTY.with(heartbeat, NOW);
    }

    private static Workload workload(WorkloadId id) {
        return new Workload(id, "Process", "x", Map.of(), new Footprint(ByteCount.ofMebi(64), ByteCount.ZERO, 1));
    }
}
