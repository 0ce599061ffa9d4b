package dev.lifeboat.edge.planning;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.plan.Explanation;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.workload.WorkloadId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A journalled plan, decided once more: the rows as the planner gives them now, and whether they are what was
/// journalled.
///
/// @param plan `first`, or `redrawn` while saves were running
/// @param whole whether every survivor's offer was journalled; targets may differ where not
/// @param otherwise workloads that the policies given here would treat otherwise, with what was journalled
@JsonInclude(JsonInclude.Include.NON_NULL)
record Recount(String node, String drawnAt, String plan, boolean whole, List<Report.Row> rows, List<String> otherwise) {
    static Recount of(Recording recording, Policies policies) {
        var decisions = recording.replayed(policies);
        var report = Report.of(
                recording.question(policies),
                decisions,
                recording.drawn().node().value());
        Map<WorkloadId, Explanation> now = decisions.explanations();
        List<String> otherwise = recording.explanations().entrySet().stream()
                .filter(entry -> !same(now.get(entry.getKey()), entry.getValue()))
                .map(entry -> entry.getKey() + ": journalled was " + entry.getValue())
                .toList();
        return new Recount(
                recording.drawn().node().value(),
                recording.drawn().at().toString(),
                recording.drawn().standing() == null ? "first" : "redrawn",
                recording.drawn().circumstances().isWhole(),
                report.rows(),
                otherwise);
    }

    /// Journals from before ladders were told of plans drawn anew hold none there.
    private static boolean same(@Nullable Explanation now, Explanation journalled) {
        if (!(journalled instanceof Explanation.Chosen then)
                || !(now instanceof Explanation.Chosen chosen)
                || !then.decision().ladder().isEmpty()) {
            return journalled.equals(now);
        }
        return then.mode() == chosen.mode()
                && then.decision().choice().equals(chosen.decision().choice());
    }

    Recount only(String workload) {
        return new Recount(
                node,
                drawnAt,
                plan,
                whole,
                rows.stream().filter(row -> row.workload().equals(workload)).toList(),
                otherwise.stream().filter(one -> one.startsWith(workload + ":")).toList());
    }

    boolean isSame() {
        return otherwise.isEmpty();
    }
}
