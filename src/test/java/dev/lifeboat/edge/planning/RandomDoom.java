package dev.lifeboat.edge.planning;

import dev.lifeboat.checkpoint.BackgroundCheckpoint;
import dev.lifeboat.migration.BackgroundName;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.orchestrator.Hindsight;
import dev.lifeboat.orchestrator.Input;
import dev.lifeboat.orchestrator.Limits;
import dev.lifeboat.orchestrator.Orchestrator;
import dev.lifeboat.orchestrator.PolicyPlanner;
import dev.lifeboat.orchestrator.Taught;
import dev.lifeboat.orchestrator.Terms;
import dev.lifeboat.orchestrator.View;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/// A node with workloads whose notice comes, drawn from a seed, and what the orchestrator makes of it.
final class RandomDoom {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final NodeName NODE = new NodeName("doomed");
    private static final ByteRate UPLINK = ByteRate.ofMegabytes(94);

    /// Owner kind and name as the shipped policies match them; the orchestrator knows a workload's name only.
    private static final List<List<String>> HOMES = List.of(
            List.of("shop", "StatefulSet", "cart-redis"),
            List.of("hpc", "JobSet", "cfd-mpi"),
            List.of("ml", "Job", "finetune"),
            List.of("etl", "Job", "etl"));

    private static final List<Hindsight> TAUGHT = LongStream.range(0, 8)
            .mapToObj(seed -> Taught.by(workload(HOMES.getFirst(), "any", 1024, Map.of()), NODE, UPLINK, NOW, seed))
            .toList();

    private final Random random;
    private final Duration window;
    private final List<Workload> workloads = new ArrayList<>();

    RandomDoom(long seed) {
        random = new Random(seed);
        window = Duration.ofMillis(1 + random.nextInt(150_000));
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            List<String> home = HOMES.get(random.nextInt(HOMES.size()));
            Map<String, String> labels = Map.of(
                    "jobset.sigs.k8s.io/jobset-name", "g" + random.nextInt(2), "app.kubernetes.io/part-of", "finetune");
            workloads.add(workload(home, home.get(2) + (i > 1 ? "-" + i : ""), random.nextInt(8_192), labels));
        }
    }

    SupposedNotice notice() {
        return new SupposedNotice(NODE.value(), window, Trigger.SpotInterruption);
    }

    Recording decided(Policies policies) {
        Hindsight hindsight = random.nextInt(5) == 0 ? Hindsight.NONE : TAUGHT.get(random.nextInt(TAUGHT.size()));
        var planner = new PolicyPlanner(new Terms(policies, 4, new ByteRate(0)), () -> hindsight);
        var orchestrator = new Orchestrator(Limits.STANDARD, planner);
        var kept = workloads.stream()
                .filter(_ -> random.nextBoolean())
                .map(workload -> new BackgroundCheckpoint(
                        workload.id(),
                        BackgroundName.of(workload.id(), NODE).taken(NOW),
                        Duration.ofSeconds(random.nextInt(1_000)),
                        Duration.ZERO,
                        ByteCount.ZERO))
                .toList();
        var view = View.EMPTY.with(
                new Report.Heartbeat(NODE, NOW, workloads, UPLINK, true, null, null, null, kept, null), NOW);
        var notice = new Notice.Preemption(
                new NoticeId("00000000000000aa"), NODE, "test", NOW, NOW.plus(window), Action.TERMINATE);
        var step = orchestrator.step(new Input.Told(notice), view, NOW);
        return Recording.of(step.events()).getFirst();
    }

    private static Workload workload(List<String> home, String name, int mebibytes, Map<String, String> labels) {
        return new Workload(
                new WorkloadId(home.get(0), name),
                home.get(1),
                "class",
                labels,
                new Footprint(ByteCount.ofMebi(mebibytes), ByteCount.ZERO, 2));
    }
}
