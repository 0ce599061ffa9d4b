package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Capacity;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.CpuFacts;
import dev.lifeboat.plan.Explanation;
import dev.lifeboat.plan.HostFacts;
import dev.lifeboat.plan.Refusal;
import dev.lifeboat.plan.RungVerdict;
import dev.lifeboat.plan.StandingRisk.NoCompatibleDestination;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomelessTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path folder;

    private View view = View.EMPTY;

    @Test
    void whatRunsOnTheOnlyMachineOfItsMakeIsNamedWithEveryOtherNodeAndWhy() {
        beat("new", "avx512f", "pi");
        beat("old-1", "avx2", "tau");
        beat("old-2", "avx2");

        assertThat(homeless()).singleElement().satisfies(risk -> {
            assertThat(risk.workload()).isEqualTo(new WorkloadId("lab", "pi"));
            assertThat(risk.nodes())
                    .extracting(refused ->
                            refused.node() + " " + refused.hindrance().code())
                    .containsExactlyInAnyOrder("old-1 CPU_INCOMPATIBLE", "old-2 CPU_INCOMPATIBLE");
        });
    }

    @Test
    void twoOfAMakeAreEnoughAndAFullOneCounts() {
        beat("a", "avx2", "pi");
        beat("b", "avx2", "tau");
        assertThat(homeless()).isEmpty();
    }

    @Test
    void theOtherOneOfItsMakeHelpsNobodyOnceItIsDoomedOrGone() {
        beat("a", "avx2", "pi");
        beat("b", "avx2", "tau");
        view = view.told(
                List.of(new Notice.Drain(
                        new NoticeId("00000000000000aa"), new NodeName("b"), "test", NOW, Duration.ofHours(1))),
                NOW);
        assertThat(homeless())
                .extracting(NoCompatibleDestination::workload)
                .containsExactly(new WorkloadId("lab", "pi"));
    }

    @Test
    void aNodeAloneHasNowhereToSendItsWork() {
        beat("a", "avx2", "pi");
        assertThat(homeless()).hasSize(1);
    }

    @Test
    void agentsThatPublishNothingRaiseNoAlarm() {
        say("a", null, "pi");
        say("b", null);
        assertThat(homeless()).isEmpty();
    }

    @Test
    void onTheNoticeTheRungIsRefusedUntilAMachineOfItsMakeComes() throws Exception {
        beat("new", "avx512f", "pi");
        beat("old-1", "avx2");
        var planner = planner();
        foresee(planner);
        var orchestrator = new Orchestrator(Limits.STANDARD, planner);
        var notice = new Notice.Preemption(
                new NoticeId("00000000000000aa"),
                new NodeName("new"),
                "test",
                NOW,
                NOW.plusSeconds(120),
                Action.TERMINATE);

        var told = orchestrator.step(new Input.Told(notice), view, NOW);
        assertThat(told.orders()).isEmpty();
        assertThat(refusals(told.events()))
                .singleElement()
                .isInstanceOfSatisfying(
                        Refusal.NoDestination.class,
                        it -> assertThat(it.nodes())
                                .extracting(refused -> refused.node().value())
                                .containsExactly("old-1"));

        view = view.told(List.of(notice), NOW);
        foresee(planner);
        assertThat(orchestrator
                        .step(new Input.Ticked(), view, NOW.plusSeconds(1))
                        .orders())
                .as("it is doomed by now, and still has nowhere to go")
                .isEmpty();

        beat("new-2", "avx512f");
        foresee(planner);
        assertThat(orchestrator
                        .step(new Input.Ticked(), view, NOW.plusSeconds(2))
                        .orders())
                .singleElement()
                .isInstanceOf(Order.Save.class);
    }

    private void foresee(Planner planner) {
        view = view.with(new Outlook(Map.of(), Homeless.look(view, planner, NOW).everywhere()));
    }

    private static List<Refusal> refusals(List<JournalEvent> events) {
        return events.stream()
                .filter(JournalEvent.DecisionExplained.class::isInstance)
                .map(event -> ((JournalEvent.DecisionExplained) event).explanation())
                .map(Explanation.Chosen.class::cast)
                .flatMap(chosen -> chosen.decision().ladder().stream())
                .filter(RungVerdict.Refused.class::isInstance)
                .map(verdict -> ((RungVerdict.Refused) verdict).refusal())
                .toList();
    }

    private PolicyPlanner planner() throws Exception {
        Path file = Files.writeString(folder.resolve("policy.yaml"), """
                apiVersion: lifeboat.dev/v1alpha1
                kind: EvacuationPolicy
                metadata: {name: all, namespace: lab}
                spec:
                  mode: Enforce
                  match: {workloads: [{kind: Process, name: "*"}]}
                  triggers: [SpotInterruption]
                  ladder: [{name: live, checkpoint: {mode: Full}}]
                  store: {ref: lab, encryption: {kms: lab-key}}
                """);
        return new PolicyPlanner(new Terms(PolicyFiles.load(file).all(), 1, new ByteRate(0)), () -> Hindsight.NONE);
    }

    private List<NoCompatibleDestination> homeless() {
        return Homeless.look(view, Planner.SAVE_ALL, NOW).calm();
    }

    private void beat(String node, String feature, String... workloads) {
        var cpu = new CpuFacts("GenuineIntel", 6, 85, 7, Set.of(feature), 0xe7, 2696, 2696);
        var host = new HostFacts("amd64", cpu, "6.1.0", "4.1.1", "process");
        say(
                node,
                new Capacity(host, ByteCount.ZERO, CapacityOffer.Kind.SPOT, "t", "z", Set.of(), List.of(), Set.of()),
                workloads);
    }

    private void say(String node, @org.jspecify.annotations.Nullable Capacity capacity, String... workloads) {
        var running = Arrays.stream(workloads)
                .map(name -> new Workload(
                        new WorkloadId("lab", name),
                        "Process",
                        "class",
                        Map.of(),
                        new Footprint(ByteCount.ofMebi(64), ByteCount.ZERO, 1)))
                .toList();
        view = view.with(new Report.Heartbeat(new NodeName(node), NOW, running, new ByteRate(0), true, capacity), NOW);
    }
}
