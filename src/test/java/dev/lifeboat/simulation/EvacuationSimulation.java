package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.orchestrator.Planner;
import dev.lifeboat.orchestrator.PolicyPlanner;
import dev.lifeboat.orchestrator.Terms;
import dev.lifeboat.plan.Fallback.Level;
import dev.lifeboat.quantity.ByteRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The production orchestrator and agents in a hostile cluster. `-Dsimulation.seeds=N` for more, `-Dsimulation.seed=S`
/// for one.
final class EvacuationSimulation {
    private static final long SEEDS = Long.getLong("simulation.seeds", 500);
    private static final long ONE = Long.getLong("simulation.seed", -1);

    /// Every so many seeds are run with policies as well: they cost more, and find the same.
    private static final int UNDER_POLICY = 10;

    /// A planted bug must show within as many seeds.
    private static final long PLANTED = 2_000;

    private static final Duration KEPT_EVERY = Duration.ofSeconds(30);

    @TempDir
    Path scratch;

    @Test
    void everyEvacuationEndsExplainedWithOneCopyAtMost() {
        Map<String, Integer> outcomes = new TreeMap<>();
        seeds().forEach(seed -> {
            var world = new World(seed, Faults.USUAL, scratch);
            try {
                world.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            outcomes.merge(world.outcome(), 1, Integer::sum);
        });
        System.out.println("simulation: " + outcomes);
        if (ONE < 0) {
            assertThat(outcomes.keySet().toString()).contains("Resumed", "LetGone");
        }
    }

    @Test
    void underAPolicyWhoseBudgetIsOneSaveAtATimeTheSameHolds() throws IOException {
        Path file = Files.writeString(scratch.resolve("policy.yaml"), """
                apiVersion: lifeboat.dev/v1alpha1
                kind: EvacuationPolicy
                metadata: {name: all, namespace: lab}
                spec:
                  mode: Enforce
                  match: {workloads: [{kind: Process, name: "*"}]}
                  triggers: [SpotInterruption, NodeDrain]
                  window: {reserve: 1s}
                  ladder: [{name: live, checkpoint: {mode: Full}}]
                  store: {ref: lab, encryption: {kms: lab-key}}
                  budget: {maxConcurrent: 1}
                """);
        var terms = new Terms(PolicyFiles.load(file).all(), 1, new ByteRate(0));
        Map<String, Integer> outcomes = new TreeMap<>();
        seeds().filter(seed -> ONE >= 0 || seed % UNDER_POLICY == 0).forEach(seed -> {
            var world = new World(seed, Faults.USUAL, scratch, hindsight -> new PolicyPlanner(terms, hindsight));
            try {
                world.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            outcomes.merge(world.outcome(), 1, Integer::sum);
        });
        System.out.println("simulation: under a policy: " + outcomes);
        if (ONE < 0) {
            assertThat(outcomes.keySet().toString()).contains("Resumed", "LetGone");
        }
    }

    @Test
    void withRoundsBeforeTheFreezeThatAreCutOffAtAnyTimeTheSameHolds() {
        Map<String, Integer> outcomes = new TreeMap<>();
        seeds().filter(seed -> ONE >= 0 || seed % UNDER_POLICY == 0).forEach(seed -> {
            var world = new World(seed, Faults.USUAL, scratch, _ -> EvacuationSimulation::withRounds);
            try {
                world.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            outcomes.merge(world.outcome(), 1, Integer::sum);
        });
        System.out.println("simulation: with rounds: " + outcomes);
        if (ONE < 0) {
            assertThat(outcomes.keySet().toString()).contains("Resumed", "LetGone");
        }
    }

    /// Three rounds first; later drawings take some of them back, or leave that to the agent's own limit.
    private static Planner.Drawn withRounds(Planner.Occasion occasion) {
        var choices = new ArrayList<Planner.Choice>();
        for (Planner.Aboard aboard : occasion.aboard()) {
            var migration = aboard.migration();
            Instant now = occasion.now();
            Planned planned = migration == null
                    ? new Planned(1, "", 3, Level.L0_GO_ON, Planned.Stake.NONE, null, now.plusSeconds(20))
                    : migration.subject().planned();
            int left = Math.min(planned.rounds(), now.getEpochSecond() % 5 == 0 ? 1 : 3);
            choices.add(new Planner.Choice.Save(
                    aboard.workload().id(),
                    new Planned(
                            choices.size() + 1, "", left, planned.level(), planned.stake(), null, planned.freezeBy()),
                    ""));
        }
        return new Planner.Drawn(choices, List.of());
    }

    @Test
    void whatCannotBeSavedGoesBackToItsLastCheckpointOnceItsNodeIsProvenDead() {
        Map<String, Integer> outcomes = new TreeMap<>();
        var losses = new ArrayList<Duration>();
        seeds().filter(seed -> ONE >= 0 || seed % UNDER_POLICY == 0).forEach(seed -> {
            var world = keeping(seed, Faults.USUAL.with(Faults.Background.ON));
            try {
                world.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            outcomes.merge(world.outcome(), 1, Integer::sum);
            losses.addAll(world.losses());
        });
        System.out.println("simulation: with background checkpoints: " + outcomes + ", " + losses.size()
                + " restored from one, work lost " + losses.stream().sorted().toList());
        if (ONE < 0) {
            assertThat(losses).hasSizeGreaterThan(10);
        }
    }

    @Test
    void whereNothingElseGoesWrongNoMoreIsLostThanTheIntervalAndWhatComesAfterTheNotice() {
        var most = KEPT_EVERY.plus(Duration.ofSeconds(60 + 5 + 20 + 15));
        seeds().filter(seed -> ONE >= 0 || seed % UNDER_POLICY == 0).forEach(seed -> {
            var world = keeping(seed, Faults.NONE.with(Faults.Background.ON));
            world.run();
            assertThat(world.losses()).as("seed %d", seed).allMatch(lost -> lost.compareTo(most) <= 0);
        });
    }

    @Test
    void aDeathThatIsNotProvenIsCaught() {
        Optional<String> caught = LongStream.range(0, PLANTED)
                .mapToObj(seed -> failure(seed, keeping(seed, Faults.USUAL.with(Faults.Background.UNPROVEN))))
                .flatMap(Optional::stream)
                .findFirst();
        assertThat(caught).get().asString().contains("runs twice");
        System.out.println("simulation: death unproven: " + caught.get());
    }

    private World keeping(long seed, Faults faults) {
        return new World(seed, faults, scratch, _ -> new KeepingPlanner(KEPT_EVERY));
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        var first = new World(7, Faults.USUAL, scratch);
        first.run();
        var second = new World(7, Faults.USUAL, scratch);
        second.run();
        assertThat(second.outcome()).isEqualTo(first.outcome());
    }

    @Test
    void withoutFencingAFormerOwnerIsCaught() {
        Optional<String> caught = firstFailure(Faults.USUAL.without(Faults.Fencing.OFF));
        assertThat(caught).isPresent();
        System.out.println("simulation: fencing off: " + caught.get());
    }

    @Test
    void withoutClaimsASecondCopyIsCaught() {
        Optional<String> caught = firstFailure(Faults.USUAL.without(Faults.Claims.OFF));
        assertThat(caught).get().asString().contains("runs twice");
        System.out.println("simulation: claims off: " + caught.get());
    }

    @Test
    void withoutRollbackAForsakenTreeIsCaught() {
        Optional<String> caught = firstFailure(Faults.USUAL.without(Faults.Rollback.OFF));
        assertThat(caught).get().asString().contains("nobody saves it");
        System.out.println("simulation: rollback off: " + caught.get());
    }

    @Test
    void withoutFactsARestoreOnAMachineOfTheWrongMakeIsCaught() {
        Optional<String> caught = firstFailure(Faults.USUAL.without(Faults.Facts.OFF));
        assertThat(caught).get().asString().contains("cannot live");
        System.out.println("simulation: facts off: " + caught.get());
    }

    @Test
    void withoutTheSearchACheckpointThatNobodyKnowsOfIsCaught() {
        Optional<String> caught = firstFailure(Faults.USUAL.without(Faults.Search.OFF));
        assertThat(caught).get().asString().contains("is gone, yet said to be Lost");
        System.out.println("simulation: search off: " + caught.get());
    }

    @Test
    void withoutRecallANodeThatWasLostBeforeARestartIsForgottenWithWhatItSaved() {
        Optional<String> caught = firstFailure(Faults.USUAL.without(Faults.Recall.OFF));
        assertThat(caught).get().asString().contains("started nothing");
        System.out.println("simulation: recall off: " + caught.get());
    }

    private static LongStream seeds() {
        return ONE >= 0 ? LongStream.of(ONE) : LongStream.range(0, SEEDS);
    }

    private Optional<String> firstFailure(Faults faults) {
        return LongStream.range(0, PLANTED)
                .mapToObj(seed -> failure(seed, new World(seed, faults, scratch)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> failure(long seed, World world) {
        try {
            world.run();
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of("seed " + seed + ": " + e.getMessage());
        }
    }
}
