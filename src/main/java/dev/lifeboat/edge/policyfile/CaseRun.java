package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.CasesDocument.Expected;
import dev.lifeboat.edge.policyfile.CasesDocument.Verdict;
import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.plan.Choice;
import dev.lifeboat.plan.Decision;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.Question;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the production planner decides about one workload of a case, held against what was expected.
///
/// @param complaint what differs; null when nothing does
record CaseRun(String file, String name, @Nullable String complaint) {
    /// @param decisions about the question
    /// @param workload `namespace/name`
    static CaseRun of(
            String file, String name, Question question, Decisions decisions, String workload, Expected wanted) {
        List<String> there = question.tenants().stream()
                .map(tenant -> tenant.workload().id().toString())
                .toList();
        if (!there.contains(workload)) {
            String node = question.home().node().value();
            return new CaseRun(file, name, workload + " is not on " + node + "; there are " + there);
        }
        Optional<Decision> decision = Stream.concat(
                        decisions.acts().decisions().stream(), decisions.observes().stream())
                .filter(made -> made.workload().toString().equals(workload))
                .findFirst();
        Expected got = got(decision);
        boolean fits = got.verdict() == wanted.verdict()
                && (wanted.rung() == null || wanted.rung().equals(got.rung()))
                && (wanted.target() == null || wanted.target().equals(got.target()));
        return new CaseRun(file, name, fits ? null : complaint(wanted, got, decision));
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

    private static String complaint(Expected wanted, Expected got, Optional<Decision> decision) {
        String ladder = decision.map(made -> "; ladder: " + made.ladder()).orElse("");
        return "expected %s, but the planner says %s%s".formatted(words(wanted), words(got), ladder);
    }

    private static String words(Expected it) {
        String rung = it.rung() == null || it.rung().isEmpty() ? "" : " by rung " + it.rung();
        return it.verdict() + rung + (it.target() == null ? "" : " on " + it.target());
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
