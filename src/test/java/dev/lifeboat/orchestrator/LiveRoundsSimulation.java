package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rounds after the notice, planned, carried out, cut off and learned from by the production
/// orchestrator and planner, on links that jitter and drop.
final class LiveRoundsSimulation {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final ByteRate UPLINK = ByteRate.ofMegabytes(100);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final int MEMORY = 1_000;
    private static final int EVACUATIONS = 150;

    @TempDir
    private Path folder;

    private final Experience experience = new Experience();
    private Instant now = START;

    /// @param level the deepest
    private record Outcome(boolean stored, Duration frozen, int planned, int made, Level level) {}

    /// What links do.
    private enum Way {
        /// They jitter, and one in twenty drops to 0.3 in the middle of the save.
        USUAL(20, 0.3, 60),
        /// They do what nobody has seen before: each drops to 0.15, and nothing is learned from it.
        UNHEARD_OF(1, 0.15, 80);

        private final int oneIn;
        private final double dropsTo;
        private final int window;

        Way(int oneIn, double dropsTo, int window) {
            this.oneIn = oneIn;
            this.dropsTo = dropsTo;
            this.window = window;
        }
    }

    @Test
    void roundsShortenTheFreezeAndCostNoSave() throws Exception {
        List<Outcome> straight = evacuations("Full", Way.USUAL);
        List<Outcome> staged = evacuations("Incremental", Way.USUAL);

        System.out.println("LiveRoundsSimulation: without rounds " + told(straight));
        System.out.println("LiveRoundsSimulation: with rounds    " + told(staged));
        assertThat(straight).allMatch(each -> each.planned() == 0);
        assertThat(missed(staged)).isLessThanOrEqualTo(missed(straight));
        assertThat(median(staged)).isLessThan(median(straight).dividedBy(3));
        assertThat(staged.stream().filter(each -> each.made() > 0)).hasSizeGreaterThan(EVACUATIONS / 2);
    }

    @Test
    void onALinkThatDropsAsNoneBeforeItTheRoundsAreCutOffAndNoMoreSavesAreMissed() throws Exception {
        evacuations("Full", Way.USUAL);
        List<Outcome> straight = evacuations("Full", Way.UNHEARD_OF);
        evacuations("Incremental", Way.USUAL);
        List<Outcome> staged = evacuations("Incremental", Way.UNHEARD_OF);

        System.out.println("LiveRoundsSimulation: dropping, without rounds " + told(straight));
        System.out.println("LiveRoundsSimulation: dropping, with rounds    " + told(staged));
        assertThat(missed(staged)).isLessThanOrEqualTo(missed(straight));
        assertThat(staged)
                .anyMatch(each -> each.level() == Level.L1_FREEZE_NOW && each.made() < each.planned() && each.stored());
    }

    private List<Outcome> evacuations(String mode, Way way) throws Exception {
        Policies policies = policies(mode);
        return IntStream.range(0, EVACUATIONS)
                .mapToObj(run -> new Evacuation(run, policies, mode, way).run())
                .toList();
    }

    private final class Evacuation {
        private final SplittableRandom chance;
        private final Way way;
        private final NodeName node;
        private final int partition;
        private final Workload workload;
        private final Orchestrator orchestrator;
        private final List<JournalEvent> journal = new ArrayList<>();
        private final List<Order.Save> orders = new ArrayList<>();
        private View view = View.EMPTY;
        private double noise;
        private @Nullable ModelledAgent agent;

        Evacuation(int run, Policies policies, String mode, Way way) {
            this.way = way;
            this.chance = new SplittableRandom(run);
            this.node = new NodeName("node-" + mode.toLowerCase(Locale.ROOT) + way.oneIn + "-" + run);
            this.partition = node.value().hashCode();
            this.workload = new Workload(
                    WorkloadId.parse("lab/pi"),
                    "Process",
                    "class-" + mode,
                    Map.of(),
                    new Footprint(ByteCount.ofMebi(MEMORY), ByteCount.ZERO, 1));
            this.orchestrator = new Orchestrator(
                    Limits.STANDARD, new PolicyPlanner(new Terms(policies, 1, new ByteRate(0)), experience::hindsight));
            now = now.plus(Duration.ofMinutes(10));
        }

        Outcome run() {
            boolean drops = chance.nextInt(way.oneIn) == 0;
            double dropsAt = 2 + 8 * chance.nextDouble();
            int window = way.window + chance.nextInt(60);
            measured();
            view = view.with(new Report.Heartbeat(node, now, List.of(workload), UPLINK, true, null), now);
            Instant noticed = now;
            Instant closesAt = now.plusSeconds(window);
            var id = new NoticeId("%016x".formatted(partition & 0xffff_ffffL));
            step(new Input.Told(new Notice.Preemption(id, node, "test", now, closesAt, Action.STOP)));
            while (now.isBefore(closesAt.plusSeconds(1)) && (agent == null || !agent.isOver())) {
                now = now.plus(TICK);
                double since = Duration.between(noticed, now).toMillis() / 1e3;
                noise = 0.9 * noise + 0.06 * chance.nextGaussian();
                double rate = UPLINK.bytesPerSecond() * Math.exp(noise) * (drops && since > dropsAt ? way.dropsTo : 1);
                if (agent != null) {
                    agent.advance(0.25, rate, now).forEach(report -> step(new Input.Heard(report)));
                }
                step(new Input.Ticked());
            }
            if (way == Way.USUAL) {
                journal.forEach(event -> experience.replay(partition, event));
            }
            return outcome();
        }

        private void measured() {
            var seen = new ArrayList<Observation>();
            for (double age : new double[] {0.2, 0.6, 1.4, 3, 10, 30}) {
                seen.add(new Observation.Dirtied(
                        now, workload, Duration.ofMillis((long) (age * 1e3)), new ByteCount((long)
                                (dirtied(age) * Math.exp(0.05 * chance.nextGaussian())))));
            }
            seen.add(new Observation.Packed(now, workload, new ByteCount(1 << 20), new ByteCount(1 << 20)));
            experience.learn(new Report.Measured(node, now, seen), now);
        }

        private void step(Input input) {
            var step = orchestrator.step(input, view, now);
            journal.addAll(step.events());
            for (Order order : step.orders()) {
                if (order instanceof Order.Save save) {
                    ordered(save);
                }
            }
        }

        private void ordered(Order.Save save) {
            orders.add(save);
            if (agent == null) {
                agent = new ModelledAgent(node, save, ByteCount.ofMebi(MEMORY).bytes(), LiveRoundsSimulation::dirtied);
                step(new Input.Heard(new Report.SaveStarted(node, now, save.id())));
            } else {
                agent.again(save);
            }
        }

        private Outcome outcome() {
            boolean stored = journal.stream().anyMatch(MigrationEvent.CheckpointStored.class::isInstance);
            Level level = journal.stream()
                    .filter(MigrationEvent.Replanned.class::isInstance)
                    .map(event -> ((MigrationEvent.Replanned) event).planned().level())
                    .max(Level::compareTo)
                    .orElse(Level.L0_GO_ON);
            return agent == null
                    ? new Outcome(false, Duration.ZERO, 0, 0, level)
                    : new Outcome(stored, agent.frozenTime(), orders.getFirst().rounds(), agent.rounds(), level);
        }
    }

    /// A hot part that saturates, a cold part that grows.
    private static double dirtied(double seconds) {
        return 60e6 * (1 - Math.exp(-seconds / 2)) + 1e6 * seconds;
    }

    private static String told(List<Outcome> outcomes) {
        return "%d saves, frozen median %d ms, missed %d, rounds planned %d made %d, cut off %d (level L1 %d)"
                .formatted(
                        outcomes.size(),
                        median(outcomes).toMillis(),
                        missed(outcomes),
                        outcomes.stream().mapToInt(Outcome::planned).sum(),
                        outcomes.stream().mapToInt(Outcome::made).sum(),
                        outcomes.stream()
                                .filter(each -> each.made() < each.planned())
                                .count(),
                        outcomes.stream()
                                .filter(each -> each.level() == Level.L1_FREEZE_NOW)
                                .count());
    }

    private static long missed(List<Outcome> outcomes) {
        return outcomes.stream().filter(each -> !each.stored()).count();
    }

    private static Duration median(List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(Outcome::stored)
                .map(Outcome::frozen)
                .sorted()
                .skip(outcomes.stream().filter(Outcome::stored).count() / 2)
                .findFirst()
                .orElseThrow();
    }

    private Policies policies(String mode) throws Exception {
        Path file = Files.writeString(folder.resolve(mode + ".yaml"), """
                apiVersion: lifeboat.dev/v1alpha1
                kind: EvacuationPolicy
                metadata: {name: all, namespace: lab}
                spec:
                  mode: Enforce
                  match: {workloads: [{kind: Process, name: "*"}]}
                  triggers: [SpotInterruption]
                  window: {reserve: 1s}
                  ladder: [{name: live, checkpoint: {mode: %s, maxFreeze: 10m}}]
                  store: {ref: lab, encryption: {kms: lab-key}}
                """.formatted(mode));
        return PolicyFiles.load(file).all();
    }
}
