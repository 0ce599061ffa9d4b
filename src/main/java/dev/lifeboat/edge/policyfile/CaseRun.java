package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.CasesDocument.Expected;
import dev.lifeboat.edge.policyfile.CasesDocument.Verdict;
import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.plan.Choice;
import dev.lifeboat.plan.Decision;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.Question;
import dev.lifeboat.plan.RungVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the production planner decides about one workload of a case, held against what was expected.
///
/// @param workload `namespace/name`
/// @param differences empty when it was decided as expected
/// @param ladder what became of each rung; empty when no policy has the workload
record CaseRun(Place place, String workload, List<Difference> differences, List<RungVerdict> ladder) {
    CaseRun {
        differences = List.copyOf(differences);
        ladder = List.copyOf(ladder);
    }

    /// @param line of the case or of the expectation, from 1
    /// @param name of the case
    record Place(String file, int line, String name) {}

    /// @param field key under `expect`
    record Difference(String field, String expected, String got) {
        @Override
        public String toString() {
            return field + ": expected " + expected + ", got " + got;
        }
    }

    boolean passed() {
        return differences.isEmpty();
    }

    /// @param decisions about the question
    static CaseRun of(Place place, Question question, Decisions decisions, String workload, Expected wanted) {
        List<String> there = question.tenants().stream()
                .map(tenant -> tenant.workload().id().toString())
                .toList();
        if (!there.contains(workload)) {
            String node = question.home().node().value();
            String others = "nobody of that name; on " + node + " are " + String.join(", ", there);
            return new CaseRun(place, workload, List.of(new Difference("workload", workload, others)), List.of());
        }
        Optional<Decision> decision = Stream.concat(
                        decisions.acts().decisions().stream(), decisions.observes().stream())
                .filter(made -> made.workload().toString().equals(workload))
                .findFirst();
        List<RungVerdict> ladder = decision.map(Decision::ladder).orElse(List.of());
        return new CaseRun(place, workload, differences(wanted, got(decision)), ladder);
    }

    private static List<Difference> differences(Expected wanted, Expected got) {
        var found = new ArrayList<Difference>();
        if (wanted.verdict() != got.verdict()) {
            found.add(new Difference(
                    "verdict", wanted.verdict().name(), got.verdict().name()));
        }
        compare("rung", wanted.rung(), got.rung(), found);
        compare("target", wanted.target(), got.target(), found);
        return found;
    }

    private static void compare(String field, @Nullable String wanted, @Nullable String got, List<Difference> found) {
        if (wanted != null && !wanted.equals(got)) {
            found.add(new Difference(field, wanted, got == null || got.isEmpty() ? "none" : got));
        }
    }

    private static Expected got(Optional<Decision> decision) {
        if (decision.isEmpty()) {
            return new Expected(Verdict.Untouched, null, null);
        }
        Choice choice = decision.get().choice();
        String target = choice instanceof Choice.Save save && save.target() != null
                ? save.target().value()
                : null;
        return new Expected(verdict(choice), choice.rung(), target);
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
}
