package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.checkpoint.BackgroundCheckpoint;
import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.migration.BackgroundName;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.JournalEvent.DecisionExplained;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Fallback;
import dev.lifeboat.plan.Tenant;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Condition;
import dev.lifeboat.workload.Footprint;
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

/// What agents say of their workloads' conditions, and what becomes of it in a plan.
final class ConditionsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T06:00:00Z");
    private static final NodeName NODE = new NodeName("node-a");
    private static final ByteRate UPLINK = ByteRate.ofMegabytes(100);
    private static final Workload BIG = new Workload(
            new WorkloadId("lab", "big"),
            "Process",
            "big",
            Map.of(),
            new Footprint(ByteCount.ofMebi(50_000), ByteCount.ZERO, 1));

    @TempDir
    private Path folder;

    private PolicyPlanner planner;

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
                  target: {topology: AnyZone, devices: {matchModel: true}}
                  ladder:
                    - name: live
                      checkpoint: {mode: Full, maxFreeze: 10m}
                  store: {ref: lab, encryption: {kms: lab-key}}
                """);
        var loaded = PolicyFiles.load(file);
        planner = new PolicyPlanner(new Terms(loaded.all(), 1, new ByteRate(0)), ConditionsTest::taught);
    }

    @Test
    void whatLiesInTheStoreAlreadyIsNotForecastToBeSentAgain() {
        var aMinuteAgo = condition(Duration.ofHours(3), Duration.ofSeconds(60));
        List<JournalEvent> events = decided(aMinuteAgo);

        Tenant tenant = tenant(events);
        assertThat(tenant.pending()).isNotNull().isLessThan(ByteCount.ofMebi(1_000));
        assertThat(tenant.estimates().getFirst())
                .isInstanceOfSatisfying(
                        Estimate.Forecast.class,
                        it -> assertThat(it.durable().p95()).isLessThan(Duration.ofSeconds(30)));
        assertThat(events).anyMatch(MigrationEvent.SaveOrdered.class::isInstance);
    }

    @Test
    void whatWasNeverCopiedAheadHasToBeSentWholeAndDoesNotFit() {
        List<JournalEvent> events = decided(condition(Duration.ofHours(3), null));

        assertThat(tenant(events).pending()).isNull();
        assertThat(events).noneMatch(MigrationEvent.SaveOrdered.class::isInstance);
    }

    @Test
    void theWorkAtStakeIsWhatWasDoneSinceItWasStartedOrRestored() {
        Tenant tenant = tenant(decided(condition(Duration.ofHours(3), null)));

        assertThat(tenant.unsaved()).isEqualTo(Duration.ofHours(3));
        assertThat(tenant.health().runningFor()).isEqualTo(Duration.ofHours(3));
    }

    @Test
    void whereNothingFitsTheLastCompleteCheckpointStandsAndWhatIsLostIsSaid() {
        var kept = new BackgroundCheckpoint(
                BIG.id(),
                BackgroundName.of(BIG.id(), NODE).taken(NOW),
                Duration.ofMinutes(4),
                Duration.ofMillis(300),
                ByteCount.ZERO);
        var heartbeat = new Report.Heartbeat(
                NODE,
                NOW,
                List.of(BIG),
                UPLINK,
                true,
                null,
                null,
                List.of(condition(Duration.ofHours(3), null)),
                List.of(kept),
                null);
        var orchestrator = new Orchestrator(Limits.STANDARD, planner);
        View view = View.EMPTY.with(heartbeat, NOW);

        List<JournalEvent> events =
                orchestrator.step(new Input.Told(doomed()), view, NOW).events();
        List<JournalEvent> later = orchestrator
                .step(new Input.Ticked(), view.with(heartbeat, NOW.plusSeconds(115)), NOW.plusSeconds(115))
                .events();

        assertThat(tenant(events).unsaved()).isEqualTo(Duration.ofMinutes(4));
        assertThat(events)
                .filteredOn(MigrationEvent.MigrationBegun.class::isInstance)
                .map(event -> ((MigrationEvent.MigrationBegun) event)
                        .subject()
                        .planned()
                        .level())
                .containsExactly(Fallback.Level.L5_KEEP_BACKGROUND);
        assertThat(later).as("nobody is told to end").noneMatch(MigrationEvent.SaveRecalled.class::isInstance);
    }

    @Test
    void volumesAndDevicesTieItToWhereTheyAre() {
        Tenant tenant = tenant(decided(condition(Duration.ZERO, null)));
        assertThat(tenant.volumeZones()).containsExactly("zone-a");
        assertThat(tenant.devices()).containsExactly("nvidia-t4");

        var needs = planner.needs(BIG, NODE, view(condition(Duration.ZERO, null)));
        assertThat(needs.zones()).containsExactly("zone-a");
        assertThat(needs.devices()).containsExactly("nvidia-t4");
    }

    @Test
    void volumesTieItWhereThereIsNoPolicyEither() {
        var plain = new PolicyPlanner(new Terms(new Policies(List.of()), 1, new ByteRate(0)), ConditionsTest::taught);

        assertThat(plain.needs(BIG, NODE, view(condition(Duration.ZERO, null))).zones())
                .containsExactly("zone-a");
    }

    @Test
    void aSaveThatFoundItsPagesInTheStoreTeachesNothingOfTheLink() {
        var experience = new Experience();
        List<JournalEvent> events = decided(condition(Duration.ZERO, Duration.ofSeconds(60)));
        events.forEach(event -> experience.replay(0, event));
        var saved = events.stream()
                .filter(MigrationEvent.SaveOrdered.class::isInstance)
                .map(MigrationEvent.SaveOrdered.class::cast)
                .findFirst()
                .orElseThrow();
        var before = experience.hindsight().learned().links();
        experience.replay(
                0,
                new MigrationEvent.CheckpointStored(
                        saved.migration(),
                        NOW.plusSeconds(10),
                        saved.migration().checkpoint(1),
                        ByteCount.ofMebi(50_000),
                        ByteCount.ofMebi(10),
                        Duration.ofSeconds(9)));
        assertThat(experience.hindsight().learned().links()).isEqualTo(before);
    }

    private static Hindsight taught() {
        var estimator = new Estimator(
                Settings.DEFAULTS, Taught.by(BIG, NODE, UPLINK, NOW, 1).learned());
        for (int i = 0; i < 10; i++) {
            for (int seconds : new int[] {3, 60}) {
                estimator.observe(new Observation.Dirtied(
                        NOW, BIG, Duration.ofSeconds(seconds), new ByteCount(1_000_000L * seconds)));
            }
        }
        return new Hindsight(estimator.state(), List.of());
    }

    private static Condition condition(Duration runningFor, @Nullable Duration copiedAgo) {
        return new Condition(BIG.id(), runningFor, copiedAgo, Set.of("zone-a"), List.of("nvidia-t4"));
    }

    private static View view(Condition condition) {
        return View.EMPTY.with(
                new Report.Heartbeat(NODE, NOW, List.of(BIG), UPLINK, true, null, null, List.of(condition)), NOW);
    }

    private List<JournalEvent> decided(Condition condition) {
        return new Orchestrator(Limits.STANDARD, planner)
                .step(new Input.Told(doomed()), view(condition), NOW)
                .events();
    }

    private static Notice doomed() {
        return new Notice.Preemption(
                new NoticeId("00000000000000aa"), NODE, "test", NOW, NOW.plusSeconds(120), Action.TERMINATE);
    }

    private static Tenant tenant(List<JournalEvent> events) {
        return events.stream()
                .filter(DecisionExplained.class::isInstance)
                .map(event -> ((DecisionExplained) event).tenant())
                .findFirst()
                .orElseThrow();
    }
}
