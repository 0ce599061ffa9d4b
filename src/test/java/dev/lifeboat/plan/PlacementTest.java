package dev.lifeboat.plan;

import static dev.lifeboat.plan.Situations.NOW;
import static dev.lifeboat.plan.Situations.candidate;
import static dev.lifeboat.plan.Situations.checkpoint;
import static dev.lifeboat.plan.Situations.drain;
import static dev.lifeboat.plan.Situations.offer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.policy.Target;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// R37 to R41 of the seed documents, each named, and every filter with its opposite.
final class PlacementTest {
    private static final Set<String> BROADWELL =
            Set.of("fpu", "fxsr", "xsave", "osxsave", "sse4_2", "avx", "avx2", "bmi2", "erms", "adx", "rdseed");
    private static final Set<String> SKYLAKE = with(BROADWELL, "avx512f", "avx512dq", "avx512bw", "avx512vl");
    private static final HostFacts T3 = host(SKYLAKE, 0xe7, 2696);
    private static final HostFacts T2 = host(BROADWELL, 0x7, 832);

    @Test
    void r37FactsThatAnAgentPublishedDecideAndANodeWithoutThemWaits() {
        assertThat(hindrance(needs(T2), offer("bare"))).isEqualTo(new Hindrance.Unpublished());
        assertThat(choose(needs(T2), offer("same", T2, CapacityOffer.Kind.ON_DEMAND, 0)))
                .isInstanceOf(Placement.Placed.class);
    }

    @Test
    void r38WithoutACompatibleSurvivorThereIsAStandingConditionBeforeAnyNotice() {
        Candidate workload = Situations.with(candidate("a", 1, checkpoint("live", 1), drain()), needs(T3));
        Situation quiet = Situations.of(
                Duration.ofMinutes(2), List.of(workload), List.of(offer("old", T2, CapacityOffer.Kind.SPOT, 0)));
        assertThat(StandingRisk.of(quiet))
                .anyMatch(risk -> risk instanceof StandingRisk.NoCompatibleDestination lost
                        && lost.workload().equals(workload.id()));
    }

    @Test
    void r39TheCommonLevelOfAPoolIsWhatAllOfItsMachinesHave() {
        CpuLevel level = CpuLevel.of(List.of(T3.cpu(), T2.cpu()));
        assertThat(level.features()).isEqualTo(new TreeSet<>(BROADWELL));
        assertThat(level.lostBy(T3.cpu())).contains("avx512f");
        assertThat(level.lostBy(T2.cpu())).isEmpty();
    }

    @Test
    void r40FromT3ToT2IsRefusedWhenPlanningAndNotBySigill() {
        assertThat(hindrance(needs(T3), offer("t2", T2, CapacityOffer.Kind.ON_DEMAND, 0)))
                .isEqualTo(new Hindrance.Processor(
                        new CpuCheck.Lack.Features(Set.of("avx512f", "avx512dq", "avx512bw", "avx512vl"))));
        EvacuationPlan plan = EvacuationPlan.draw(Situations.of(
                Duration.ofMinutes(2),
                List.of(Situations.with(candidate("a", 1, checkpoint("live", 1), drain()), needs(T3))),
                List.of(offer("t2", T2, CapacityOffer.Kind.ON_DEMAND, 0))));
        assertThat(plan.decisions().getFirst().choice()).isInstanceOf(Choice.Drain.class);
    }

    @Test
    void r41AHarmlessBitMayBeMaskedAndAvx512IsStillRefused() {
        HostFacts withoutErms = host(without(SKYLAKE, "erms"), 0xe7, 2696);
        HostFacts withoutBoth = host(without(without(SKYLAKE, "erms"), "avx512f"), 0xe7, 2696);
        var masked = new CpuCheck(CpuCheck.Mode.INSTRUCTIONS, Set.of("erms"));
        assertThat(CpuCheck.STANDARD.lackOf(T3, withoutErms)).contains(new CpuCheck.Lack.Features(Set.of("erms")));
        assertThat(masked.lackOf(T3, withoutErms)).isEmpty();
        assertThat(masked.lackOf(T3, withoutBoth)).contains(new CpuCheck.Lack.Features(Set.of("avx512f")));
    }

    /// What an agent that only asks its kubelet publishes: flags, and nothing that CRIU would know.
    @Test
    void whereTheSaveAreaIsNotKnownTheFlagsDecide() {
        assertThat(CpuCheck.STANDARD.lackOf(host(SKYLAKE, 0, 0), T3)).isEmpty();
        assertThat(CpuCheck.STANDARD.lackOf(host(SKYLAKE, 0, 0), host(without(SKYLAKE, "avx512f"), 0xe7, 2696)))
                .contains(new CpuCheck.Lack.Features(Set.of("avx512f")));
    }

    @Test
    void aRicherProcessorTakesAPoorerOnesMemoryIfItsSaveAreaIsTheSame() {
        assertThat(CpuCheck.STANDARD.lackOf(T2, host(SKYLAKE, 0x7, 832))).isEmpty();
        assertThat(CpuCheck.STANDARD.lackOf(T2, T3)).contains(new CpuCheck.Lack.SaveArea(832, 2696));
    }

    @Test
    void strictWantsEveryFlagEqualAndFpuOnlyTheSavedState() {
        HostFacts more = host(with(BROADWELL, "sha_ni"), 0x7, 832);
        assertThat(new CpuCheck(CpuCheck.Mode.STRICT, Set.of()).lackOf(T2, more))
                .isPresent();
        HostFacts less = host(without(BROADWELL, "avx2"), 0x7, 832);
        assertThat(new CpuCheck(CpuCheck.Mode.FPU, Set.of()).lackOf(T2, less)).isEmpty();
        HostFacts noFxsr = host(without(BROADWELL, "fxsr"), 0x7, 832);
        assertThat(new CpuCheck(CpuCheck.Mode.FPU, Set.of()).lackOf(T2, noFxsr)).isPresent();
    }

    @Test
    void aMissingStateComponentIsRefused() {
        assertThat(CpuCheck.STANDARD.lackOf(host(BROADWELL, 0xe7, 832), host(BROADWELL, 0x7, 832)))
                .contains(new CpuCheck.Lack.States(0xe0));
    }

    private static final HostFacts GRAVITON_2 = arm("fp", "asimd", "atomics", "evtstrm");
    private static final HostFacts GRAVITON_4 = arm("fp", "asimd", "atomics", "evtstrm", "sve", "paca", "pacg");

    @Test
    void onArmWhateverTheSourceCanDoIsNeededForNobodyAsksLater() {
        var withoutAtomics = arm("fp", "asimd", "evtstrm");
        assertThat(CpuCheck.STANDARD.lackOf(GRAVITON_2, withoutAtomics))
                .contains(new CpuCheck.Lack.Features(Set.of("atomics")));
        assertThat(CpuCheck.STANDARD.lackOf(withoutAtomics, GRAVITON_2)).isEmpty();
        assertThat(new CpuCheck(CpuCheck.Mode.FPU, Set.of()).lackOf(GRAVITON_2, withoutAtomics))
                .isEmpty();
    }

    @Test
    void onArmPointersThatWereNotSignedDieWhereTheyAreAndTheOtherWayRound() {
        Set<String> keys = Set.of("paca", "pacg");
        assertThat(CpuCheck.STANDARD.lackOf(GRAVITON_2, GRAVITON_4)).contains(new CpuCheck.Lack.Surplus(keys));
        var fpu = new CpuCheck(CpuCheck.Mode.FPU, Set.of("sve"));
        assertThat(fpu.lackOf(GRAVITON_4, GRAVITON_2)).contains(new CpuCheck.Lack.Features(keys));
        assertThat(CpuCheck.STANDARD.lackOf(GRAVITON_4, GRAVITON_4)).isEmpty();
    }

    private static HostFacts arm(String... features) {
        var cpu = new CpuFacts("0x41", 0, 0, 0, Set.of(features), 0, 0, 0);
        return new HostFacts("arm64", cpu, "6.1.0", "4.2", "runc 1.3.0");
    }

    @Test
    void anotherArchitectureIsRefused() {
        var arm = new HostFacts("arm64", T2.cpu(), "6.1.0", "4.1", "runc 1.3.0");
        assertThat(hindrance(needs(T2), offer("arm", arm, CapacityOffer.Kind.ON_DEMAND, 0)))
                .isEqualTo(new Hindrance.Architecture("amd64", "arm64"));
    }

    @Test
    void olderSoftwareIsRefusedAndAPatchVersionDoesNotMatter() {
        var older = new HostFacts("amd64", T2.cpu(), "6.1.0", "3.17.1", "runc 1.3.0");
        var patch = new HostFacts("amd64", T2.cpu(), "6.1.9", "4.1.2", "runc 1.3.4");
        assertThat(hindrance(needs(T2), offer("n", older, CapacityOffer.Kind.ON_DEMAND, 0)))
                .isEqualTo(new Hindrance.Software("criu", "4.1", "3.17.1"));
        assertThat(choose(needs(T2), offer("n", patch, CapacityOffer.Kind.ON_DEMAND, 0)))
                .isInstanceOf(Placement.Placed.class);
        var crun = new HostFacts("amd64", T2.cpu(), "6.1.0", "4.1", "crun 1.20");
        assertThat(hindrance(needs(T2), offer("n", crun, CapacityOffer.Kind.ON_DEMAND, 0)))
                .isInstanceOf(Hindrance.Software.class);
    }

    /// A kubelet does not say which CRIU its runtime calls.
    @Test
    void softwareThatNobodyKnowsRulesNothingOut() {
        var kubelets = new HostFacts("amd64", T2.cpu(), "6.1.0", "", "runc 1.3.0");
        assertThat(choose(needs(kubelets), offer("n", T2, CapacityOffer.Kind.ON_DEMAND, 0)))
                .isInstanceOf(Placement.Placed.class);
    }

    @Test
    void memoryMustHoldTheRestoresPeakTooJustBelowAtAndJustAbove() {
        Needs needs = new Needs(
                null,
                CpuCheck.STANDARD,
                Set.of(),
                ByteCount.ofMebi(999_000),
                ByteCount.ofMebi(1_000),
                Set.of(),
                null,
                List.of(),
                List.of(),
                Set.of(),
                null);
        assertThat(choose(needs, offer("n"))).isInstanceOf(Placement.Placed.class);
        assertThat(choose(Needs.of(ByteCount.ofMebi(999_999)), offer("n"))).isInstanceOf(Placement.Placed.class);
        assertThat(hindrance(Needs.of(ByteCount.ofMebi(1_000_001)), offer("n")))
                .isEqualTo(new Hindrance.Room(ByteCount.ofMebi(1_000_001), ByteCount.ofMebi(1_000_000)));
    }

    @Test
    void volumesKeepAWorkloadInTheirZone() {
        Needs elsewhere = new Needs(
                null,
                CpuCheck.STANDARD,
                Set.of(),
                ByteCount.ZERO,
                ByteCount.ZERO,
                Set.of("eu-west-1b"),
                null,
                List.of(),
                List.of(),
                Set.of(),
                null);
        assertThat(hindrance(elsewhere, offer("n"))).isEqualTo(new Hindrance.Zone(Set.of("eu-west-1b"), "eu-west-1a"));
    }

    @Test
    void aPolicyKeepsAWorkloadInItsZoneWhereThatIsKnown() {
        Needs volumes = Needs.of(ByteCount.ofMebi(1)).within(Set.of("b", "c"));

        assertThat(volumes.under(target(Target.Topology.SameZone), "b", List.of())
                        .zones())
                .containsExactly("b");
        assertThat(volumes.under(target(Target.Topology.SameZone), "", List.of())
                        .zones())
                .containsExactlyInAnyOrder("b", "c");
        assertThat(volumes.under(target(Target.Topology.PreferSameZone), "b", List.of()))
                .satisfies(needs -> assertThat(needs.zones()).containsExactlyInAnyOrder("b", "c"))
                .satisfies(needs -> assertThat(needs.near()).isEqualTo("b"));
        assertThat(volumes.under(target(Target.Topology.AnyZone), "b", List.of())
                        .near())
                .isNull();
    }

    /// Spot of the workload's own zone beats anything elsewhere, until its machines are taken.
    @Test
    void theOwnZoneIsPreferredUntilItsMachinesAreTaken() {
        Needs needs =
                Needs.of(ByteCount.ofMebi(1)).under(target(Target.Topology.PreferSameZone), "eu-west-1a", List.of());
        CapacityOffer own = offer("own", null, CapacityOffer.Kind.SPOT, 0.05);
        CapacityOffer elsewhere = new CapacityOffer(
                new NodeName("elsewhere"),
                CapacityOffer.Kind.ON_DEMAND,
                "m6i.4xlarge",
                "eu-west-1b",
                null,
                ByteCount.ofMebi(1_000),
                List.of(),
                Set.of(),
                0,
                Set.of(new WorkloadId("test", "a")),
                0,
                CapacityOffer.Standing.ACCEPTING);
        List<CapacityOffer> offers = List.of(elsewhere, own);

        assertThat(chosen(needs, offers, 181)).isEqualTo("own");
        assertThat(chosen(needs, offers, 179)).isEqualTo("elsewhere");
        assertThat(chosen(needs, List.of(own), 179)).isEqualTo("own");
        assertThat(chosen(needs, List.of(elsewhere), 181)).isEqualTo("elsewhere");
    }

    private static Target target(Target.Topology topology) {
        return new Target(
                List.of(Target.CapacityType.ON_DEMAND, Target.CapacityType.SPOT),
                topology,
                Map.of(),
                new Target.CpuMatch(Target.Compatibility.Strict, List.of(), Set.of()),
                new Target.Devices(false));
    }

    @Test
    void theDoomedNodeItselfIsNoDestination() {
        Candidate workload = candidate("a", 1, drain());
        Placement placement = Placement.choose(new Placement.Request(
                workload.id(),
                workload.needs(),
                Situations.DOOMED,
                List.of(offer("doomed")),
                new Hazard(List.of(), NOW)));
        assertThat(placement).isInstanceOf(Placement.Later.class);
    }

    @Test
    void theLikeOfAMachineReclaimedWithinThreeMinutesIsChosenOnlyAsTheLast() {
        CapacityOffer echo = offer("echo", null, CapacityOffer.Kind.SPOT, 0.05);
        CapacityOffer risky = new CapacityOffer(
                new NodeName("other"),
                CapacityOffer.Kind.SPOT,
                "m5.4xlarge",
                "eu-west-1a",
                null,
                ByteCount.ofMebi(1_000_000),
                List.of(),
                Set.of(),
                0.2,
                Set.of(),
                3,
                CapacityOffer.Standing.ACCEPTING);
        assertThat(chosen(List.of(echo, risky), 179)).isEqualTo("other");
        assertThat(chosen(List.of(echo, risky), 180)).isEqualTo("other");
        assertThat(chosen(List.of(echo, risky), 181)).isEqualTo("echo");
        assertThat(chosen(List.of(echo), 10)).isEqualTo("echo");
    }

    @Test
    void theNodeWhereEarlierLayersLieIsPreferred() {
        CapacityOffer staged = new CapacityOffer(
                new NodeName("staged"),
                CapacityOffer.Kind.ON_DEMAND,
                "m6i.4xlarge",
                "eu-west-1a",
                null,
                ByteCount.ofMebi(1_000_000),
                List.of(),
                Set.of(),
                0,
                Set.of(new WorkloadId("test", "a")),
                0,
                CapacityOffer.Standing.ACCEPTING);
        assertThat(chosen(List.of(offer("near"), staged), 1_000)).isEqualTo("staged");
    }

    private static String chosen(List<CapacityOffer> offers, int secondsAgo) {
        return chosen(candidate("a", 1, drain()).needs(), offers, secondsAgo);
    }

    private static String chosen(Needs needs, List<CapacityOffer> offers, int secondsAgo) {
        var reclaim = new Reclaim("m6i.4xlarge", "eu-west-1a", NOW.minusSeconds(secondsAgo));
        Placement placement = Placement.choose(new Placement.Request(
                candidate("a", 1, drain()).id(), needs, Situations.DOOMED, offers, new Hazard(List.of(reclaim), NOW)));
        return ((Placement.Placed) placement).node().value();
    }

    private static Hindrance hindrance(Needs needs, CapacityOffer offer) {
        return switch (choose(needs, offer)) {
            case Placement.Placed placed -> throw new AssertionError("placed on " + placed.node());
            case Placement.Later later -> later.refusals().getFirst().hindrance();
            case Placement.Nowhere nowhere -> nowhere.refusals().getFirst().hindrance();
        };
    }

    private static Placement choose(Needs needs, CapacityOffer offer) {
        return Placement.choose(new Placement.Request(
                candidate("a", 1, drain()).id(), needs, Situations.DOOMED, List.of(offer), new Hazard(List.of(), NOW)));
    }

    private static Needs needs(HostFacts host) {
        return new Needs(
                host,
                CpuCheck.STANDARD,
                Set.of(),
                ByteCount.ofMebi(1),
                ByteCount.ZERO,
                Set.of(),
                null,
                List.of(),
                List.of(),
                Set.of(),
                null);
    }

    private static HostFacts host(Set<String> features, long xstates, int xsaveSize) {
        return new HostFacts(
                "amd64",
                new CpuFacts("GenuineIntel", 6, 79, 1, features, xstates, xsaveSize, xsaveSize),
                "6.1.0",
                "4.1",
                "runc 1.3.0");
    }

    private static Set<String> with(Set<String> features, String... more) {
        var all = new TreeSet<>(features);
        all.addAll(List.of(more));
        return all;
    }

    private static Set<String> without(Set<String> features, String less) {
        var all = new TreeSet<>(features);
        all.remove(less);
        return all;
    }
}
