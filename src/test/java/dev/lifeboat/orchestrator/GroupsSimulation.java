package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationEvent.CheckpointStored;
import dev.lifeboat.migration.MigrationEvent.PagesCaptured;
import dev.lifeboat.migration.MigrationEvent.SaveRecalled;
import dev.lifeboat.migration.MigrationEvent.WorkloadLetGo;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Groups that are saved all or none, on links that drop: as soon as one of a group is given up, no save of
/// another goes on or begins, unless one was safe before.
final class GroupsSimulation {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodeName NODE = new NodeName("node-a");
    private static final ByteRate UPLINK = ByteRate.ofMegabytes(100);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final int SEEDS = 25;
    private static final int MEMBERS = 3;
    private static final List<String> GROUPS = List.of("gold", "lead");

    @TempDir
    private Path folder;

    private Policies policies = new Policies(List.of());
    private int brokenUp;
    private int whole;
    private int givenUp;

    @BeforeEach
    void load() throws Exception {
        Path file =
                Files.writeString(folder.resolve("policies.yaml"), policy("gold", 500) + "---\n" + policy("lead", 400));
        policies = PolicyFiles.load(file).all();
    }

    @Test
    void noMemberIsSavedOnceAnotherHasBeenGivenUp() {
        for (int seed = 0; seed < SEEDS; seed++) {
            new Run(seed).play();
        }
        System.out.println("GroupsSimulation: of " + SEEDS * GROUPS.size() + " groups " + whole + " were saved whole, "
                + givenUp + " given up whole, " + brokenUp + " broken up when one was safe already");
        assertThat(whole).isPositive();
        assertThat(givenUp).isPositive();
    }

    private final class Run {
        private final int seed;
        private final SplittableRandom chance;
        private final Hindsight taught;
        private final Orchestrator orchestrator;
        private final List<JournalEvent> journal = new ArrayList<>();
        private final Map<WorkloadId, ModelledAgent> saves = new LinkedHashMap<>();
        private final Map<WorkloadId, Workload> workloads = new LinkedHashMap<>();
        private final Set<String> answered = new HashSet<>();
        private View view = View.EMPTY;
        private Instant now = START;

        Run(int seed) {
            this.seed = seed;
            this.chance = new SplittableRandom(seed);
            for (String group : GROUPS) {
                for (int i = 0; i < MEMBERS; i++) {
                    Workload workload = workload(group + "-" + i, group, 200 + chance.nextInt(400));
                    workloads.put(workload.id(), workload);
                }
            }
            taught = Taught.by(workloads.values().iterator().next(), NODE, UPLINK, START, seed);
            orchestrator = new Orchestrator(
                    Limits.STANDARD, new PolicyPlanner(new Terms(policies, 1, new ByteRate(0)), () -> taught));
        }

        void play() {
            view = view.with(new Report.Heartbeat(NODE, now, List.copyOf(workloads.values()), UPLINK, true, null), now);
            int window = 20 + chance.nextInt(40);
            double dropsAt = 15 * chance.nextDouble();
            double dropsTo = 0.05 + 0.6 * chance.nextDouble();
            Instant closesAt = now.plusSeconds(window);
            var id = new NoticeId("00000000000000aa");
            step(new Input.Told(new Notice.Preemption(id, NODE, "test", now, closesAt, Action.STOP)));
            while (now.isBefore(closesAt.plusSeconds(1))) {
                now = now.plus(TICK);
                double since = Duration.between(START, now).toMillis() / 1e3;
                double rate = UPLINK.bytesPerSecond() * (since > dropsAt ? dropsTo : 1);
                for (ModelledAgent save : List.copyOf(saves.values())) {
                    if (!save.isOver()) {
                        save.advance(0.25, rate, now).forEach(report -> step(new Input.Heard(report)));
                    }
                }
                step(new Input.Ticked());
            }
            GROUPS.forEach(this::judge);
        }

        private void step(Input input) {
            var step = orchestrator.step(input, view, now);
            journal.addAll(step.events());
            for (Order order : step.orders()) {
                switch (order) {
                    case Order.Save save -> begin(save);
                    case Order.Abort abort -> abort(abort);
                    case Order.Restore _, Order.Release _, Order.Echo _ -> {}
                }
            }
        }

        private void begin(Order.Save save) {
            ModelledAgent before = saves.get(save.workload());
            if (before == null || before.isOver()) {
                Workload workload = Objects.requireNonNull(workloads.get(save.workload()));
                double memory = workload.footprint().resident().bytes();
                saves.put(workload.id(), new ModelledAgent(NODE, save, memory, _ -> 0));
                step(new Input.Heard(new Report.SaveStarted(NODE, now, save.id())));
            } else {
                before.again(save);
            }
        }

        private void abort(Order.Abort abort) {
            if (answered.add(abort.key())) {
                saves.remove(abort.workload());
                step(new Input.Heard(new Report.SaveFailed(NODE, now, abort.id(), SaveFailure.ABORTED, "", true)));
            }
        }

        /// By the journal alone.
        private void judge(String group) {
            boolean safe = false;
            boolean lost = false;
            int stored = 0;
            for (JournalEvent event : journal) {
                if (!(event instanceof MigrationEvent moved)
                        || !moved.migration().value().startsWith(group)) {
                    continue;
                }
                switch (moved) {
                    case PagesCaptured _ -> safe = true;
                    case CheckpointStored _ -> {
                        assertThat(lost && !safe)
                                .as("seed %d: %s is saved though another of %s was given up", seed, moved, group)
                                .isFalse();
                        safe = true;
                        stored++;
                    }
                    case SaveRecalled recalled -> lost |= isGivenUp(recalled.why());
                    case WorkloadLetGo let -> lost |= isGivenUp(let.reason());
                    case MigrationEvent _ -> {}
                }
            }
            whole += stored == MEMBERS ? 1 : 0;
            givenUp += stored == 0 ? 1 : 0;
            brokenUp += stored > 0 && stored < MEMBERS ? 1 : 0;
        }
    }

    private static boolean isGivenUp(LetGoReason reason) {
        return reason == LetGoReason.OUTRANKED
                || reason == LetGoReason.TOLD_TO_END
                || reason == LetGoReason.OUT_OF_TIME;
    }

    private static Workload workload(String name, String group, int mebibytes) {
        return new Workload(
                WorkloadId.parse("lab/" + name),
                "Process",
                "class-rank",
                Map.of("job", group),
                new Footprint(ByteCount.ofMebi(mebibytes), ByteCount.ZERO, 1));
    }

    private static String policy(String group, int priority) {
        return """
                apiVersion: lifeboat.dev/v1alpha1
                kind: EvacuationPolicy
                metadata: {name: %s, namespace: lab}
                spec:
                  mode: Enforce
                  match: {podSelector: {matchLabels: {job: %s}}}
                  triggers: [SpotInterruption]
                  value: {priority: %d}
                  window: {reserve: 1s}
                  group:
                    by: metadata.labels['job']
                    consistency: AllOrNothing
                  ladder:
                    - name: live
                      checkpoint: {mode: Full, maxFreeze: 10m}
                  store: {ref: lab, encryption: {kms: lab-key}}
                """.formatted(group, group, priority);
    }
}
