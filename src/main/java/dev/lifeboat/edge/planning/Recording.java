package dev.lifeboat.edge.planning;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.JournalEvent.DecisionExplained;
import dev.lifeboat.migration.JournalEvent.PlanDrawn;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.Explanation;
import dev.lifeboat.plan.Question;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.workload.WorkloadId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One plan as a journal has it: what was asked, and what was answered. Asked again, the planner must say the same.
record Recording(PlanDrawn drawn, List<DecisionExplained> explained) {
    Recording {
        explained = List.copyOf(explained);
    }

    /// Every plan, in the order of the journal.
    static List<Recording> of(List<JournalEvent> journal) {
        var all = new ArrayList<Recording>();
        for (int i = 0; i < journal.size(); i++) {
            if (journal.get(i) instanceof PlanDrawn drawn) {
                var explained = new ArrayList<DecisionExplained>();
                for (int j = i + 1; j < journal.size(); j++) {
                    if (!(journal.get(j) instanceof DecisionExplained one)
                            || !one.node().equals(drawn.node())) {
                        break;
                    }
                    explained.add(one);
                }
                all.add(new Recording(drawn, explained));
            }
        }
        return all;
    }

    Question question(Policies policies) {
        return drawn.circumstances()
                .question(explained.stream().map(DecisionExplained::tenant).toList(), policies);
    }

    Decisions replayed(Policies policies) {
        Question question = question(policies);
        return drawn.standing() == null ? Decisions.decide(question) : Decisions.redecide(question, drawn.standing());
    }

    Map<WorkloadId, Explanation> explanations() {
        var all = new LinkedHashMap<WorkloadId, Explanation>();
        explained.forEach(one -> all.put(one.tenant().workload().id(), one.explanation()));
        return all;
    }

    boolean tellsOf(String workload) {
        return explained.stream()
                .anyMatch(one -> one.tenant().workload().id().toString().equals(workload));
    }
}
