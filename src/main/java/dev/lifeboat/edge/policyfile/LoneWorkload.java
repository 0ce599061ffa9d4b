package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.CasesDocument.Case;
import dev.lifeboat.edge.policyfile.CasesDocument.ForecastGiven;
import dev.lifeboat.edge.policyfile.CasesDocument.WorkloadGiven;
import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Quantiles;
import dev.lifeboat.notice.GraceWindow;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.CpuFacts;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The smallest cluster that a case can be about: one workload on a doomed node, and a survivor beside it.
final class LoneWorkload {
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

    private LoneWorkload() {}

    static WorkloadId id(WorkloadGiven given) {
        return new WorkloadId(given.namespace(), given.owner() + "-0");
    }

    static Question question(Case given, WorkloadGiven workload, Policies policies) {
        Duration window = given.notice().window();
        var home = new Question.Home(new NodeName("doomed"), "zone-a", HOST, ByteRate.ofMegabytes(100));
        var warning =
                new Question.Warning(given.notice().trigger(), new GraceWindow(NOW.plus(window), NO_SKEW), window);
        return new Question(
                home, warning, NOW, List.of(tenant(workload)), offers(given.survivor()), List.of(), policies);
    }

    private static Tenant tenant(WorkloadGiven given) {
        WorkloadId id = id(given);
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
