package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.CasesDocument.Case;
import dev.lifeboat.edge.policyfile.CasesDocument.ForecastGiven;
import dev.lifeboat.edge.policyfile.CasesDocument.Verdict;
import dev.lifeboat.edge.policyfile.CasesDocument.WorkloadGiven;
import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Quantiles;
import dev.lifeboat.notice.GraceWindow;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.Choice;
import dev.lifeboat.plan.CpuFacts;
import dev.lifeboat.plan.Decision;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.HostFacts;
import dev.lifeboat.plan.Progress;
import dev.lifeboat.plan.Question;
import dev.lifeboat.plan.Tenant;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Subject;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Puts one case to the production planner: the question that the orchestrator would ask.
///
/// @param complaint what differs from what is expected; null when nothing does
record CaseRun(String file, String name, @Nullable String complaint) {
    private static final Instant NOW = Instant.parse("2026-01-31T08:00:00Z");
    /// Both sides have the same clock.
    private static final Duration NO_SKEW = Duration.ZERO;
    private static final int SAMPLES = 100;

    /// Both machines are alike: cases are about policies, not about processors.
    private static final HostFacts HOST = new HostFacts(
            "amd64",
            new CpuFacts("GenuineIntel", 6, 106, 6, Set.of("avx2", "avx512f", "sse4_2"), 7, 832, 2_696),
            "6.1.0",
            "4.1",
            "runc 1.3.0");

    static CaseRun of(String file, Case given, Policies policies) {
        Decisions decisions = Decisions.decide(question(given, policies));
        Optional<Decision> decision = Stream.concat(
                        decisions.acts().decisions().stream(), decisions.observes().stream())
                .findFirst();
        Verdict verdict = decision.map(made -> verdict(made.choice())).orElse(Verdict.Untouched);
        String rung = decision.map(made -> made.choice().rung()).orElse("");
        String wanted = given.expect().rung();
        boolean fits = verdict == given.expect().verdict() && (wanted == null || wanted.equals(rung));
        return new CaseRun(file, given.name(), fits ? null : complaint(given, verdict, rung, decision));
    }

    private static String complaint(Case given, Verdict verdict, String rung, Optional<Decision> decision) {
        String wanted = given.expect().rung() == null
                ? ""
                : " by rung " + given.expect().rung();
        String got = rung.isEmpty() ? "" : " by rung " + rung;
        String ladder = decision.map(made -> "; ladder: " + made.ladder()).orElse("");
        return "expected %s%s, but the planner says %s%s%s"
                .formatted(given.expect().verdict(), wanted, verdict, got, ladder);
    }

    private static Verdict verdict(Choice choice) {
        return switch (choice) {
            case Choice.Save save when save.estimate() instanceof Estimate.Unknown -> Verdict.Tried;
            case Choice.Save save -> save.target() == null ? Verdict.Stored : Verdict.Saved;
            case Choice.Hook _ -> Verdict.Asked;
            case Choice.Drain _ -> Verdict.Drained;
            case Choice.LetGo _ -> Verdict.LetGo;
        };
    }

    private static Question question(Case given, Policies policies) {
        Duration window = given.notice().window();
        var home = new Question.Home(new NodeName("doomed"), "zone-a", HOST, ByteRate.ofMegabytes(100));
        var warning =
                new Question.Warning(given.notice().trigger(), new GraceWindow(NOW.plus(window), NO_SKEW), window);
        return new Question(
                home, warning, NOW, List.of(tenant(given.workload())), offers(given.survivor()), List.of(), policies);
    }

    private static Tenant tenant(WorkloadGiven given) {
        var id = new WorkloadId(given.namespace(), given.owner() + "-0");
        var workload = new Workload(
                id, given.kind(), given.owner(), given.labels(), new Footprint(given.memory(), ByteCount.ZERO, 1));
        var subject = new Subject(id, given.kind(), given.owner(), given.labels(), given.namespaceLabels(), List.of());
        return new Tenant(
                workload,
                subject,
                new Tenant.Health(given.ready(), given.runningFor(), given.restarts(), Map.of()),
                given.runningFor(),
                List.of(estimate(given.checkpoint())),
                given.hook() == null ? null : estimate(given.hook()),
                Set.of(),
                List.of(),
                Progress.WAITING);
    }

    private static Estimate estimate(@Nullable ForecastGiven given) {
        return given == null
                ? new Estimate.Unknown(Estimate.UnknownReason.NOTHING_MEASURED)
                : new Estimate.Forecast(
                        0,
                        new Quantiles(given.p50(), given.p95(), given.p99()),
                        new Quantiles(given.frozen(), given.frozen(), given.frozen()),
                        SAMPLES);
    }

    private static List<CapacityOffer> offers(ByteCount free) {
        return free.bytes() == 0
                ? List.of()
                : List.of(new CapacityOffer(
                        new NodeName("survivor"),
                        CapacityOffer.Kind.ON_DEMAND,
                        "m6i.4xlarge",
                        "zone-a",
                        HOST,
                        free,
                        List.of(),
                        Set.of(),
                        0,
                        Set.of(),
                        0,
                        CapacityOffer.Standing.ACCEPTING));
    }
}
