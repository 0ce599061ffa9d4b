package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Capacity;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.CpuFacts;
import dev.lifeboat.plan.HostFacts;
import dev.lifeboat.plan.StandingRisk.NoCompatibleDestination;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HomelessTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

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

    private List<NoCompatibleDestination> homeless() {
        return Homeless.of(view, Planner.SAVE_ALL, NOW);
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
