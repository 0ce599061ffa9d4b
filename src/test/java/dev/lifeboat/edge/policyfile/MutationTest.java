package dev.lifeboat.edge.policyfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.policyfile.Mutants.Kind;
import dev.lifeboat.edge.policyfile.Mutants.Mutant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Measures the linter on seeded slips. Another set, made by others, decides whether it is any good.
final class MutationTest {
    private static final long SEED = Long.getLong("lifeboat.seed", 20261121L);
    private static final int MUTANTS = 2_000;

    @Test
    void slipsAreFoundWhereTheyAreAndPutRight() {
        var mutants = new Mutants(new Random(SEED));
        measure(Arrays.stream(Kind.values()).map(Kind::name).toList(), kind -> mutants.next(Kind.valueOf(kind)));
    }

    @Test
    void slipsOfAnotherHandAreToo() {
        assertThat(PolicyFiles.read("kitchen.yaml", Slips.kitchen()).problems()).isEmpty();
        var mutants = new StrangersMutants(new Random(SEED + 1));
        measure(mutants.kinds(), mutants::next);
    }

    @Test
    void linesInWrongPlacesAreToo() {
        var mutants = new StrangersLines(new Random(SEED + 2));
        measure(mutants.kinds(), mutants::next);
    }

    private static void measure(List<String> kinds, Function<String, Optional<Mutant>> mutants) {
        Map<String, Score> scores = new LinkedHashMap<>();
        var missed = new ArrayList<String>();
        int perKind = Math.ceilDiv(MUTANTS, kinds.size());
        for (String kind : kinds) {
            var score = new Score();
            scores.put(kind, score);
            for (int tries = 0; score.mutants < perKind && tries < perKind * 60; tries++) {
                mutants.apply(kind).ifPresent(mutant -> judge(mutant, score, missed));
            }
        }
        var all = new Score();
        scores.forEach((kind, score) -> {
            System.out.println("%-15s %s".formatted(kind, score));
            all.add(score);
        });
        System.out.println("%-15s %s".formatted("all", all));
        missed.stream().limit(Integer.getInteger("lifeboat.missed", 0)).forEach(System.out::println);

        assertThat(all.mutants).as("mutants, seed %d", SEED).isGreaterThanOrEqualTo(MUTANTS);
        assertThat(all.share(all.found)).as("found, seed %d: %s", SEED, missed).isGreaterThanOrEqualTo(0.99);
        assertThat(all.share(all.inPlace))
                .as("right line, seed %d: %s", SEED, missed)
                .isGreaterThanOrEqualTo(0.99);
        assertThat(all.share(all.putRight))
                .as("right advice, seed %d: %s", SEED, missed)
                .isGreaterThanOrEqualTo(0.95);
    }

    private static void judge(Mutant mutant, Score score, List<String> missed) {
        score.mutants++;
        List<Problem> problems = PolicyFiles.read("mutant.yaml", mutant.text()).problems();
        boolean found = problems.stream()
                .anyMatch(problem -> problem.isError() || problem.span().line() == mutant.line());
        List<Problem> there = problems.stream()
                .filter(problem -> problem.span().line() == mutant.line())
                .toList();
        boolean right = !there.isEmpty()
                && there.getFirst().suggestion() != null
                && there.getFirst().suggestion().contains(mutant.suggestion());
        score.found += found ? 1 : 0;
        score.inPlace += there.isEmpty() ? 0 : 1;
        score.putRight += right ? 1 : 0;
        if (!right) {
            missed.add("%s wants line %d and %s in `%s`, got %s"
                    .formatted(
                            mutant.kind(),
                            mutant.line(),
                            mutant.suggestion(),
                            mutant.text()
                                    .lines()
                                    .skip(mutant.line() - 1)
                                    .findFirst()
                                    .orElse(""),
                            problems.stream()
                                    .map(problem -> "\n      " + problem.headline() + " -> " + problem.suggestion())
                                    .toList()));
        }
    }

    private static final class Score {
        private int mutants;
        private int found;
        private int inPlace;
        private int putRight;

        void add(Score other) {
            mutants += other.mutants;
            found += other.found;
            inPlace += other.inPlace;
            putRight += other.putRight;
        }

        double share(int count) {
            return mutants == 0 ? 0 : (double) count / mutants;
        }

        @Override
        public String toString() {
            return "%5d mutants, found %.3f, right line %.3f, right advice %.3f"
                    .formatted(mutants, share(found), share(inPlace), share(putRight));
        }
    }
}
