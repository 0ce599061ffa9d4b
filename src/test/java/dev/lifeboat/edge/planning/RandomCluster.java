package dev.lifeboat.edge.planning;

import dev.lifeboat.edge.planning.ClusterSnapshot.Cpu;
import dev.lifeboat.edge.planning.ClusterSnapshot.Forecast;
import dev.lifeboat.edge.planning.ClusterSnapshot.Host;
import dev.lifeboat.edge.planning.ClusterSnapshot.Node;
import dev.lifeboat.edge.planning.ClusterSnapshot.Reclaim;
import dev.lifeboat.edge.planning.ClusterSnapshot.Workload;
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
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// A cluster drawn from a seed, told twice: as the orchestrator holds it, and as a snapshot file says it.
final class RandomCluster {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final String ZONE = "eu-west-1a";
    private static final List<String> FEATURES = List.of("fpu", "avx2", "avx512f");

    private final Random random;
    private final List<Node> nodes = new ArrayList<>();
    private final List<CapacityOffer> offers = new ArrayList<>();
    private final List<Workload> workloads = new ArrayList<>();
    private final List<Tenant> tenants = new ArrayList<>();
    private final Duration window;
    private final Host host;

    RandomCluster(long seed) {
        random = new Random(seed);
        window = Duration.ofMillis(random.nextInt(150_000));
        host = host();
        nodes.add(new Node("doomed", "m6i", ZONE, "spot", "1Gi", "94MB/s", null, null, null, null, null, host));
        for (int i = random.nextInt(4); i > 0; i--) {
            node("n" + i);
        }
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            workload("w" + i);
        }
    }

    ClusterSnapshot snapshot() {
        return new ClusterSnapshot(
                ClusterSnapshot.API_VERSION,
                ClusterSnapshot.KIND,
                NOW.toString(),
                nodes,
                workloads,
                List.of(new Reclaim("m6i", ZONE, NOW.minusSeconds(100).toString())));
    }

    SupposedNotice notice() {
        return new SupposedNotice("doomed", window, Trigger.SpotInterruption);
    }

    Question question(Policies policies) {
        return new Question(
                new Question.Home(new NodeName("doomed"), ZONE, facts(host), ByteRate.ofMegabytes(94)),
                new Question.Warning(
                        Trigger.SpotInterruption, new GraceWindow(NOW.plus(window), Question.MARGIN), window),
                NOW,
                tenants,
                offers,
                List.of(new dev.lifeboat.plan.Reclaim("m6i", ZONE, NOW.minusSeconds(100))),
                policies);
    }

    private void node(String name) {
        boolean spot = random.nextBoolean();
        int gibibytes = random.nextInt(8);
        Host its = host();
        nodes.add(new Node(
                name,
                "m6i",
                ZONE,
                spot ? "spot" : "on-demand",
                gibibytes + "Gi",
                null,
                0.25,
                null,
                null,
                null,
                null,
                its));
        offers.add(new CapacityOffer(
                new NodeName(name),
                spot ? CapacityOffer.Kind.SPOT : CapacityOffer.Kind.ON_DEMAND,
                "m6i",
                ZONE,
                facts(its),
                ByteCount.ofMebi(1024L * gibibytes),
                List.of(),
                Set.of(),
                0.25,
                Set.of(),
                0,
                CapacityOffer.Standing.ACCEPTING));
    }

    private void workload(String name) {
        String[] home = List.of(
                        new String[] {"shop", "StatefulSet", "cart-redis"},
                        new String[] {"hpc", "JobSet", "cfd-mpi"},
                        new String[] {"ml", "Job", "finetune"},
                        new String[] {"etl", "Job", "etl"})
                .get(random.nextInt(4));
        Map<String, String> labels = Map.of(
                "jobset.sigs.k8s.io/jobset-name", "g" + random.nextInt(2), "app.kubernetes.io/part-of", "finetune");
        Map<String, String> ofNamespace = Map.of("tier", "batch");
        boolean ready = random.nextInt(5) > 0;
        int restarts = random.nextInt(7);
        int minutes = random.nextInt(60);
        int mebibytes = random.nextInt(4096);
        var bounds = new ArrayList<Forecast>();
        var estimates = new ArrayList<Estimate>();
        if (random.nextInt(6) == 0) {
            bounds.add(new Forecast(null, null, null, "STALE"));
            estimates.add(new Estimate.Unknown(Estimate.UnknownReason.STALE));
        } else {
            long millis = random.nextInt(60_000);
            for (int rounds = 0; rounds < 3; rounds++) {
                forecast(millis * (4 + rounds) / 4, millis / (1 + 4 * rounds), rounds, bounds, estimates);
            }
        }
        workloads.add(new Workload(
                home[0],
                name,
                "doomed",
                home[1] + "/" + home[2],
                "class",
                labels,
                null,
                ofNamespace,
                List.of("redis"),
                ready,
                restarts,
                minutes + "m",
                minutes + "m",
                mebibytes + "Mi",
                null,
                2,
                null,
                null,
                null,
                null,
                bounds,
                null,
                null,
                null));
        var id = new WorkloadId(home[0], name);
        tenants.add(new Tenant(
                new dev.lifeboat.workload.Workload(
                        id, home[1], "class", labels, new Footprint(ByteCount.ofMebi(mebibytes), ByteCount.ZERO, 2)),
                new Subject(id, home[1], home[2], labels, ofNamespace, List.of("redis")),
                new Tenant.Health(ready, Duration.ofMinutes(minutes), restarts, Map.of()),
                Duration.ofMinutes(minutes),
                estimates,
                null,
                Set.of(),
                List.of(),
                Progress.WAITING));
    }

    private static void forecast(
            long durable, long frozen, int rounds, List<Forecast> bounds, List<Estimate> estimates) {
        bounds.add(new Forecast(
                List.of(durable + "ms", durable * 2 + "ms", durable * 3 + "ms"),
                List.of(frozen + "ms", frozen * 2 + "ms", frozen * 3 + "ms"),
                50,
                null));
        estimates.add(new Estimate.Forecast(rounds, quantiles(durable), quantiles(frozen), 50));
    }

    private static Quantiles quantiles(long millis) {
        return new Quantiles(Duration.ofMillis(millis), Duration.ofMillis(millis * 2), Duration.ofMillis(millis * 3));
    }

    private Host host() {
        List<String> features = random.nextInt(3) == 0 ? FEATURES.subList(0, 2) : FEATURES;
        return new Host("amd64", "6.1.0", "4.1", "runc 1.3.0", new Cpu("GenuineIntel", 6, 1, 1, features, 7, 832, 832));
    }

    private static HostFacts facts(Host host) {
        Cpu cpu = java.util.Objects.requireNonNull(host.cpu());
        return new HostFacts(
                "amd64",
                new CpuFacts(
                        "GenuineIntel",
                        6,
                        1,
                        1,
                        Set.copyOf(java.util.Objects.requireNonNull(cpu.features())),
                        7,
                        832,
                        832),
                "6.1.0",
                "4.1",
                "runc 1.3.0");
    }
}
