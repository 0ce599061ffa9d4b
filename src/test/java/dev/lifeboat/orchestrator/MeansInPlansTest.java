package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.JournalEvent.DecisionExplained;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Tenant;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Condition;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Means;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What agents say that they can, and what becomes of it in a plan: the same workload, the same
/// window, the same link.
final class MeansInPlansTest {
    private static final Instant NOW = Instant.parse("2026-11-21T06:00:00Z");
    private static final NodeName NODE = new NodeName("node-a");
    private static final ByteRate UPLINK = ByteRate.ofMegabytes(100);

    /// Of which a hundred saves have ended, all of them streamed.
    private static final Workload KNOWN = workload("known", 8_000);

    private static final Workload NEW = workload("new", 8_000);

    @TempDir
    private Path folder;

    private PolicyPlanner planner;

    private @Nullable Duration bears;

    @BeforeEach
    void load() throws Exception {
        Path file = Files.writeString(folder.resolve("policy.yaml"), """
                apiVersion: lifeboat.dev/v1alpha1
                kind: EvacuationPolicy
                metadata: {name: all, namespace: lab}
                spec:
                  mode: Enforce
                  match: {workloads: [{kind: Process, name: "*"}]}
                  triggers: [SpotInterruption]
                  target: {topology: AnyZone}
                  ladder:
                    - name: live
                      checkpoint: {mode: Incremental, maxFreeze: 100s}
                    - {name: let-it-go, drain: {gracePeriod: 30s}}
                  store: {ref: lab, encryption: {kms: lab-key}}
                """);
        var loaded = PolicyFiles.load(file);
        assertThat(loaded.problems()).isEmpty();
        planner = new PolicyPlanner(new Terms(loaded.all(), 1, new ByteRate(0)), MeansInPlansTest::taught);
    }

    @Test
    void whatGoesByADiskIsReckonedTwiceAsLongWhileOnlyStreamedSavesHaveEnded() {
        double streamed = seconds(tenant(decided(NEW, null, Means.CRIU)));
        double byDisk = seconds(tenant(decided(NEW, null, Means.KUBELET)));

        assertThat(byDisk / streamed).isBetween(1.99, 2.01);
        assertThat(forecast(tenant(decided(NEW, null, Means.KUBELET))).frozen())
                .as("it stands still for the dump alone")
                .isEqualTo(forecast(tenant(decided(NEW, null, Means.CRIU))).frozen());
    }

    @Test
    void soThePolicysNextRungIsTakenWhereASaveWouldOnlyFitStreamed() {
        assertThat(rung(NEW, Means.CRIU)).isEqualTo("live");
        assertThat(rung(NEW, Means.KUBELET)).isEqualTo("let-it-go");
    }

    @Test
    void onceEnoughOfItsClassHaveEndedTheySayHowLongItTakes() {
        assertThat(seconds(tenant(decided(KNOWN, null, Means.KUBELET))))
                .isEqualTo(seconds(tenant(decided(KNOWN, null, Means.CRIU))));
    }

    @Test
    void noRoundsAreAskedOfAnAgentThatCannotMakeAny() {
        assertThat(tenant(decided(NEW, null, Means.CRIU)).estimates()).hasSizeGreaterThan(1);
        assertThat(tenant(decided(NEW, null, Means.KUBELET)).estimates()).hasSize(1);
    }

    @Test
    void nothingCountsAsCopiedAheadWhereNothingCanBe() {
        assertThat(tenant(decided(NEW, Duration.ofSeconds(3), Means.CRIU)).pending())
                .isNotNull();
        assertThat(tenant(decided(NEW, Duration.ofSeconds(3), Means.KUBELET)).pending())
                .isNull();
    }

    /// The policy allows 100 s.
    @Test
    void whatSomebodyEndsForStandingStillIsNotFrozenForAsLong() {
        Duration frozen =
                forecast(tenant(decided(NEW, null, Means.CRIU))).frozen().p95();
        assertThat(frozen).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(100));
        bears = frozen.multipliedBy(2);
        assertThat(rung(NEW, Means.CRIU)).isEqualTo("live");

        bears = Duration.ofSeconds(1);
        List<JournalEvent> decided = decided(NEW, null, Means.CRIU);

        assertThat(tenant(decided).bears()).isEqualTo(bears);
        assertThat(rung(NEW, Means.CRIU)).isEqualTo("let-it-go");
        assertThat(decided.toString()).contains("NotBorne[frozen=").doesNotContain("FreezeTooLong");
    }

    @Test
    void anAgentThatSaysNothingHasACriu() {
        assertThat(tenant(decided(NEW, null, null)).estimates())
                .isEqualTo(tenant(decided(NEW, null, Means.CRIU)).estimates());
    }

    private String rung(Workload workload, Means means) {
        return decided(workload, null, means).stream()
                .filter(MigrationEvent.MigrationBegun.class::isInstance)
                .map(event -> ((MigrationEvent.MigrationBegun) event)
                        .subject()
                        .planned()
                        .rung())
                .findFirst()
                .orElse("");
    }

    private static double seconds(Tenant tenant) {
        return forecast(tenant).durable().p95().toNanos() / 1e9;
    }

    private static Estimate.Forecast forecast(Tenant tenant) {
        return (Estimate.Forecast) tenant.estimates().getFirst();
    }

    private static Hindsight taught() {
        var estimator = new Estimator(
                Settings.DEFAULTS, Taught.by(KNOWN, NODE, UPLINK, NOW, 1).learned());
        for (int i = 0; i < 10; i++) {
            for (int at : new int[] {3, 60}) {
                estimator.observe(
                        new Observation.Dirtied(NOW, KNOWN, Duration.ofSeconds(at), new ByteCount(1_000_000L * at)));
            }
        }
        return new Hindsight(estimator.state(), List.of());
    }

    private static Workload workload(String name, long mebibytes) {
        return new Workload(
                new WorkloadId("lab", name),
                "Process",
                name,
                Map.of(),
                new Footprint(ByteCount.ofMebi(mebibytes), ByteCount.ZERO, 1));
    }

    private List<JournalEvent> decided(Workload workload, @Nullable Duration copiedAgo, @Nullable Means means) {
        var condition = new Condition(workload.id(), Duration.ofHours(3), copiedAgo, Set.of(), List.of(), bears);
        var heartbeat = new Report.Heartbeat(
                NODE, NOW, List.of(workload), UPLINK, true, null, null, List.of(condition), null, means);
        var notice = new Notice.Preemption(
                new NoticeId("00000000000000aa"), NODE, "test", NOW, NOW.plusSeconds(120), Action.TERMINATE);
        return new Orchestrator(Limits.STANDARD, planner)
                .step(new Input.Told(notice), View.EMPTY.with(heartbeat, NOW), NOW)
                .events();
    }

    private static Tenant tenant(List<JournalEvent> events) {
        return events.stream()
                .filter(DecisionExplained.class::isInstance)
                .map(event -> ((DecisionExplained) event).tenant())
                .findFirst()
                .orElseThrow();
    }
}
