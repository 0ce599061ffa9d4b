package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationEvent.Replanned;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Fallback.Level;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node's plan while it is being carried out: one save after the other, drawn again with every tick.
final class ReplanningTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodeName A = new NodeName("node-a");
    private static final NodeName B = new NodeName("node-b");
    private static final ByteRate UPLINK = ByteRate.ofMegabytes(100);
    private static final Duration TICK = Duration.ofMillis(250);

    /// Worth ten of the other.
    private static final Workload GOLD = workload("gold", 2_000);

    private static final Workload LEAD = workload("lead", 1_000);

    @TempDir
    private Path folder;

    private Policies policies = new Policies(List.of());
    private final List<JournalEvent> journal = new ArrayList<>();
    private final List<Order> orders = new ArrayList<>();
    private View view = View.EMPTY;
    private Instant now = START;
    private Orchestrator orchestrator = new Orchestrator(Limits.STANDARD, Planner.SAVE_ALL);

    @BeforeEach
    void load() throws Exception {
        Path file = folder.resolve("policies.yaml");
        Files.writeString(file, policy("gold", 1000, 1) + "---\n" + policy("lead", 100, 1));
        policies = PolicyFiles.load(file).all();
        assertThat(policies.all()).hasSize(2);
        begin(new ByteRate(0));
    }

    @Test
    void theNextSaveIsOrderedOnceTheOneBeforeIsCaptured() {
        beat(A, GOLD, LEAD);
        doom(A, 120);
        assertThat(saves()).containsExactly("gold");
        var save = last();
        heard(new Report.SaveStarted(A, now, save.id()));
        heard(new Report.Frozen(A, now, save.id()));
        assertThat(saves()).containsExactly("gold");
        heard(new Report.Captured(A, now, save.id(), ByteCount.ofMebi(2_000)));
        assertThat(saves()).containsExactly("gold", "lead");
    }

    @Test
    void aLinkThatSlowsDownCostsTheLesserItsTurnAndOneThatRecoversGivesItBack() {
        beat(A, GOLD, LEAD);
        doom(A, 60);
        var save = last();
        heard(new Report.SaveStarted(A, now, save.id()));
        flow(save, 0, 6e6, 12);
        assertThat(changes("lead"))
                .last()
                .satisfies(change -> assertThat(change.planned().hasTurn()).isFalse());
        assertThat(orchestrator.state().migrations()).noneMatch(Migration.Closed.class::isInstance);

        flow(save, 18_000_000, 95e6, 16);
        assertThat(changes("lead"))
                .last()
                .satisfies(change -> assertThat(change.planned().hasTurn()).isTrue());
    }

    @Test
    void aSaveThatFallsBehindSaysHowFarDownTheLadderItIsAndWhy() {
        beat(A, GOLD);
        doom(A, 40);
        var save = last();
        heard(new Report.SaveStarted(A, now, save.id()));
        flow(save, 0, 6e6, 12);
        assertThat(changes("gold")).isNotEmpty().last().satisfies(change -> {
            assertThat(change.planned().level()).isEqualTo(Level.L6_SIGNAL);
            assertThat(change.because()).contains("L6_SIGNAL", "nothing fits into");
        });
    }

    @Test
    void aSaveThatItsPackersHoldUpIsPackedFasterAtOnce() {
        beat(A, GOLD);
        doom(A, 60);
        var save = last();
        heard(new Report.SaveStarted(A, now, save.id()));
        flow(save, 40e6, 12, 0.4);

        assertThat(changes("gold")).isNotEmpty().anySatisfy(change -> {
            assertThat(change.planned().level()).isEqualTo(Level.L2_CHANGE_CODEC);
            assertThat(change.planned().codec()).isEqualTo(Codec.LZ4);
            assertThat(change.because()).contains("the codec is what holds it up", "compressed faster");
        });
        assertThat(allSaves().filter(again -> again.codec() == Codec.LZ4))
                .as("ordered again, under the same key")
                .isNotEmpty()
                .allSatisfy(again -> assertThat(again.key()).isEqualTo(save.key()));
    }

    @Test
    void aSaveThatItsLinkHoldsUpIsNotPackedOtherwise() {
        beat(A, GOLD);
        doom(A, 60);
        var save = last();
        heard(new Report.SaveStarted(A, now, save.id()));
        flow(save, 32e6, 12, 0.97);

        assertThat(changes("gold"))
                .isNotEmpty()
                .allSatisfy(change -> assertThat(change.planned().codec()).isNull());
    }

    @Test
    void whenNothingFitsAnyMoreTheWorkloadIsToldWhileItHasTimeToEnd() {
        beat(A, GOLD);
        doom(A, 40);
        var save = last();
        heard(new Report.SaveStarted(A, now, save.id()));
        flow(save, 0, 6e6, 100);
        assertThat(aborts()).as("25 s after the notice a wonder may still come").isEmpty();

        flow(save, 150_000_000, 6e6, 20);
        assertThat(aborts())
                .isNotEmpty()
                .first()
                .satisfies(abort -> assertThat(abort.sequel()).isEqualTo(Order.Sequel.SIGTERM));
        assertThat(now).isBefore(START.plusSeconds(40));
        heard(new Report.SaveFailed(
                A, now, aborts().getFirst().id(), dev.lifeboat.migration.SaveFailure.ABORTED, "", true));
        assertThat(journal)
                .last()
                .isInstanceOfSatisfying(
                        MigrationEvent.WorkloadLetGo.class,
                        let -> assertThat(let.reason()).isEqualTo(LetGoReason.TOLD_TO_END));
    }

    @Test
    void aPlanThatStandsIsNotJournalledAgain() {
        beat(A, GOLD, LEAD);
        doom(A, 120);
        int before = journal.size();
        flow(last(), 0, 100e6, 20);
        assertThat(journal.subList(before, journal.size())).noneMatch(Replanned.class::isInstance);
        assertThat(journal.subList(before, journal.size())).noneMatch(JournalEvent.PlanDrawn.class::isInstance);
    }

    @Test
    void whatDoesNotFitWaitsAndIsToldWhileItHasTimeToEnd() {
        beat(A, workload("gold", 50_000));
        doom(A, 30);
        assertThat(saves()).isEmpty();
        assertThat(journal).anyMatch(event -> event instanceof JournalEvent.DecisionExplained);
        for (int tick = 0; tick < 60; tick++) {
            tick();
        }
        assertThat(aborts())
                .as("15 s before the end a faster link may still come")
                .isEmpty();
        for (int tick = 0; tick < 40; tick++) {
            tick();
        }
        assertThat(aborts())
                .isNotEmpty()
                .allSatisfy(abort -> assertThat(abort.sequel()).isEqualTo(Order.Sequel.SIGTERM));
        assertThat(saves()).isEmpty();
        heard(new Report.SaveFailed(
                A, now, aborts().getFirst().id(), dev.lifeboat.migration.SaveFailure.ABORTED, "", true));
        assertThat(journal)
                .filteredOn(MigrationEvent.WorkloadLetGo.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        MigrationEvent.WorkloadLetGo.class,
                        let -> assertThat(let.reason()).isEqualTo(LetGoReason.TOLD_TO_END));
    }

    @Test
    void aBudgetOfOneHoldsAcrossNodes() {
        beat(A, GOLD);
        beat(B, workload("gold-too", "gold", 2_000));
        doom(A, 120);
        doom(B, 120);
        tick();
        assertThat(saves()).hasSize(1);
        var save = last();
        heard(new Report.Stored(
                A,
                now,
                save.id(),
                save.checkpoint(),
                ByteCount.ofMebi(2_000),
                ByteCount.ofMebi(2_000),
                Duration.ofSeconds(20)));
        tick();
        assertThat(saves()).hasSize(2);
    }

    @Test
    void twoDoomedNodesShareWhatTheStoreTakes() {
        begin(ByteRate.ofMegabytes(100));
        beat(A, GOLD);
        doom(A, 30);
        beat(B, LEAD);
        doom(B, 30);
        assertThat(saves()).containsExactly("gold");
        var drawn = journal.stream()
                .filter(JournalEvent.DecisionExplained.class::isInstance)
                .map(JournalEvent.DecisionExplained.class::cast)
                .toList()
                .getLast();
        assertThat(drawn.node()).isEqualTo(B);
        assertThat(drawn.toString()).as("alone it takes 10 s").contains("TooLong");
    }

    @Test
    void aRestartedOneKnowsWhatTheOneBeforeItLearned() {
        beat(A, GOLD);
        doom(A, 120);
        var save = last();
        now = now.plusSeconds(21);
        heard(new Report.Stored(
                A,
                now,
                save.id(),
                save.checkpoint(),
                ByteCount.ofMebi(2_000),
                ByteCount.ofMebi(1_000),
                Duration.ofSeconds(20)));
        var live = new Experience();
        journal.forEach(event -> live.replay(0, event));
        var restarted = new Experience();
        journal.forEach(event -> restarted.replay(0, event));
        assertThat(restarted.hindsight()).isEqualTo(live.hindsight());
        assertThat(live.hindsight().learned()).isNotEqualTo(Hindsight.NONE.learned());
        assertThat(live.hindsight().learned().links().containsKey(A)).isTrue();
        assertThat(live.hindsight().learned().classes().containsKey("class-gold"))
                .isTrue();
    }

    @Test
    void whatIsOverIsForgottenAnHourLater() {
        for (int hour = 0; hour < 50; hour++) {
            beat(A, GOLD);
            var id = new NoticeId("00000000000000%02x".formatted(hour));
            var closesAt = now.plusSeconds(30);
            step(new Input.Told(new Notice.Preemption(id, A, "test", now, closesAt, Action.STOP)));
            step(new Input.Told(new Notice.Withdrawal(
                    new NoticeId("00000000000001%02x".formatted(hour)), A, "test", now.plusMillis(1), id)));
            var save = last();
            heard(new Report.SaveFailed(A, now, save.id(), dev.lifeboat.migration.SaveFailure.ABORTED, "", true));
            now = now.plus(Duration.ofHours(2));
        }
        assertThat(orchestrator.state().migrations()).hasSize(1);
        assertThat(orchestrator.state().reclaims()).hasSize(1);
    }

    private void begin(ByteRate store) {
        Hindsight taught = Taught.by(GOLD, A, UPLINK, START, 1);
        orchestrator =
                new Orchestrator(Limits.STANDARD, new PolicyPlanner(new Terms(policies, 1, store), () -> taught));
    }

    private void flow(Order.Save save, long from, double bytesPerSecond, int ticks) {
        double sent = from;
        for (int tick = 0; tick < ticks; tick++) {
            var bytes = new ByteCount((long) sent);
            heard(new Report.SaveProgress(A, now, save.id(), bytes, bytes));
            tick();
            sent += bytesPerSecond / 4;
        }
    }

    /// @param busy share of the time in which anything is on its way
    private void flow(Order.Save save, double bytesPerSecond, int ticks, double busy) {
        for (int tick = 0; tick < ticks; tick++) {
            var bytes = new ByteCount((long) (tick * bytesPerSecond / 4));
            var sending = Duration.ofNanos((long) (busy * tick * TICK.toNanos()));
            heard(new Report.SaveProgress(A, now, save.id(), bytes, bytes, sending));
            tick();
        }
    }

    private List<Order.Abort> aborts() {
        return orders.stream()
                .filter(Order.Abort.class::isInstance)
                .map(Order.Abort.class::cast)
                .toList();
    }

    private void tick() {
        now = now.plus(TICK);
        step(new Input.Ticked());
    }

    private void heard(Report.OfMigration report) {
        step(new Input.Heard(report));
    }

    private void step(Input input) {
        var step = orchestrator.step(input, view, now);
        journal.addAll(step.events());
        orders.addAll(step.orders());
        var replayed = new Evacuations();
        journal.forEach(replayed::replay);
        assertThat(replayed).isEqualTo(orchestrator.state());
    }

    private void beat(NodeName node, Workload... workloads) {
        view = view.with(new Report.Heartbeat(node, now, Arrays.asList(workloads), UPLINK, true, null), now);
    }

    private void doom(NodeName node, int seconds) {
        var id = new NoticeId("00000000000000" + (node.equals(A) ? "aa" : "bb"));
        step(new Input.Told(new Notice.Preemption(id, node, "test", now, now.plusSeconds(seconds), Action.STOP)));
    }

    private List<String> saves() {
        return allSaves().map(save -> save.workload().name()).distinct().toList();
    }

    private Order.Save last() {
        return allSaves().toList().getLast();
    }

    private Stream<Order.Save> allSaves() {
        return orders.stream().filter(Order.Save.class::isInstance).map(Order.Save.class::cast);
    }

    private List<Replanned> changes(String name) {
        return journal.stream()
                .filter(Replanned.class::isInstance)
                .map(Replanned.class::cast)
                .filter(change -> change.migration().value().startsWith(name))
                .toList();
    }

    private static Workload workload(String name, int mebibytes) {
        return workload(name, name, mebibytes);
    }

    private static Workload workload(String name, String tier, int mebibytes) {
        return new Workload(
                WorkloadId.parse("lab/" + name),
                "Process",
                "class-gold",
                Map.of("tier", tier),
                new Footprint(ByteCount.ofMebi(mebibytes), ByteCount.ZERO, 1));
    }

    private static String policy(String tier, int priority, int atOnce) {
        return """
                apiVersion: lifeboat.dev/v1alpha1
                kind: EvacuationPolicy
                metadata: {name: %s, namespace: lab}
                spec:
                  mode: Enforce
                  match: {podSelector: {matchLabels: {tier: %s}}}
                  triggers: [SpotInterruption]
                  value: {priority: %d}
                  window: {reserve: 1s}
                  ladder:
                    - name: live
                      checkpoint: {mode: Full, maxFreeze: 10m}
                  store: {ref: lab, encryption: {kms: lab-key}}
                  budget: {maxConcurrent: %d}
                """.formatted(tier, tier, priority, atOnce);
    }
}
