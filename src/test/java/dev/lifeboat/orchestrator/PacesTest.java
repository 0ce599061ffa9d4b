package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Pace;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the orchestrator's planner says of nodes that nobody has given notice.
final class PacesTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final NodeName NODE = new NodeName("a");
    private static final ByteRate UPLINK = ByteRate.ofMegabytes(94);

    private final Workload calm = workload("shop", "StatefulSet", "cart-redis", "calm");
    private final Workload wild = workload("ml", "Job", "finetune", "wild");
    private final Workload unruled = workload("nowhere", "Job", "x", "calm");

    private View view =
            View.EMPTY.with(new Report.Heartbeat(NODE, NOW, List.of(calm, wild, unruled), UPLINK, true, null), NOW);

    @Test
    void whatFitsHasAnIntervalAndWhatCannotFitIsKnownBeforeAnyNotice() {
        List<Pace> paces = paces(planner(taught()));

        assertThat(paces).extracting(Pace::workload).containsExactly(calm.id(), wild.id());
        assertThat(paces.getFirst()).isInstanceOf(Pace.Every.class);
        assertThat(paces.getLast())
                .isInstanceOfSatisfying(
                        Pace.CannotFit.class, it -> assertThat(it.reason()).isEqualTo(Pace.Reason.RESIDUAL_TOO_LARGE));
    }

    @Test
    void theOrchestratorSaysNoMoreOfANodeOnceItMustGo() {
        PolicyPlanner planner = planner(taught());
        var notice = new Notice.Preemption(
                new NoticeId("00000000000000aa"), NODE, "test", NOW, NOW.plusSeconds(120), Action.TERMINATE);
        var step = new Orchestrator(Limits.STANDARD, planner).step(new Input.Told(notice), view, NOW);
        assertThat(step.events()).isNotEmpty();

        view = view.told(List.of(notice), NOW);
        assertThat(paces(planner)).isEmpty();
    }

    @Test
    void nothingIsSaidOfAMachineThatIsGone() {
        assertThat(planner(taught()).paces(view, NOW.plus(Duration.ofMinutes(2))))
                .isEmpty();
    }

    @Test
    void untilAgentsHaveMeasuredItIsUnknown() {
        assertThat(paces(planner(Hindsight.NONE)))
                .containsExactly(
                        new Pace.Unknown(calm.id(), Estimate.UnknownReason.NOTHING_MEASURED),
                        new Pace.Unknown(wild.id(), Estimate.UnknownReason.NOTHING_MEASURED));
    }

    private List<Pace> paces(PolicyPlanner planner) {
        return planner.paces(view, NOW).stream().map(Paced::pace).toList();
    }

    private static PolicyPlanner planner(Hindsight hindsight) {
        var policies = PolicyFiles.load(Path.of("policies")).all();
        return new PolicyPlanner(new Terms(policies, 1, new ByteRate(0)), () -> hindsight);
    }

    /// 10 MB are dirty a while after a round, or 10 GB.
    private Hindsight taught() {
        var estimator = new Estimator(
                Settings.DEFAULTS, Taught.by(calm, NODE, UPLINK, NOW, 1).learned());
        for (int i = 0; i < 10; i++) {
            for (Duration age : List.of(Duration.ofSeconds(3), Duration.ofSeconds(60))) {
                estimator.observe(new Observation.Dirtied(NOW, calm, age, new ByteCount(10_000_000)));
                estimator.observe(new Observation.Dirtied(NOW, wild, age, new ByteCount(10_000_000_000L)));
            }
        }
        return new Hindsight(estimator.state(), List.of());
    }

    private static Workload workload(String namespace, String kind, String name, String classKey) {
        return new Workload(
                new WorkloadId(namespace, name),
                kind,
                classKey,
                Map.of("app.kubernetes.io/part-of", "finetune"),
                new Footprint(ByteCount.ofMebi(16_384), ByteCount.ZERO, 2));
    }
}
