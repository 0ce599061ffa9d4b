package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.CasesDocument.Case;
import dev.lifeboat.edge.policyfile.CasesDocument.Expected;
import dev.lifeboat.edge.policyfile.CasesDocument.SnapshotGiven;
import dev.lifeboat.edge.policyfile.CasesDocument.WorkloadGiven;
import dev.lifeboat.edge.policyfile.Snapshots.Supposed;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.Question;
import dev.lifeboat.policy.Policies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Puts the cases of one file to the production planner: the questions that the orchestrator would ask.
///
/// @param source takes what keeps a case from being run
record CasesRun(Path file, Source source, Findings findings, Policies policies, Snapshots snapshots) {
    List<CaseRun> of(List<Case> cases) {
        var runs = new ArrayList<CaseRun>();
        for (int i = 0; i < cases.size(); i++) {
            Case given = cases.get(i);
            String at = "cases[" + i + "]";
            WorkloadGiven workload = given.workload();
            SnapshotGiven snapshot = given.snapshot();
            if (workload != null) {
                lone(given, workload, at, runs);
            } else if (snapshot != null) {
                cluster(given, snapshot, at, runs);
            }
        }
        return runs;
    }

    private void lone(Case given, WorkloadGiven workload, String at, List<CaseRun> runs) {
        Expected wanted = given.expect();
        if (wanted == null) {
            source.report(Code.MISSING_KEY, findings.span(at), at, "\"expect\" is missing", "expect: {verdict: Saved}");
            return;
        }
        Question question = LoneWorkload.question(given, workload, policies);
        String id = LoneWorkload.id(workload).toString();
        runs.add(CaseRun.of(place(at, given.name()), question, Decisions.decide(question), id, wanted));
    }

    private void cluster(Case given, SnapshotGiven snapshot, String at, List<CaseRun> runs) {
        for (String key : List.of("expect", "survivor")) {
            if (findings.isThere(at + "." + key)) {
                String path = at + "." + key;
                String message = "belongs to a case about one workload; a snapshot has its own";
                source.report(Code.WRONG_NESTING, findings.span(path), path, message, "remove it");
            }
        }
        var supposed = new Supposed(
                snapshot.node(), given.notice().trigger(), given.notice().window());
        Question question;
        try {
            question = snapshots.question(file.resolveSibling(snapshot.file()), supposed, policies);
        } catch (IllegalArgumentException e) {
            String path = at + ".snapshot.file";
            source.report(Code.BAD_SNAPSHOT, findings.span(path), path, String.valueOf(e.getMessage()), null);
            return;
        }
        Decisions decisions = Decisions.decide(question);
        snapshot.expect().forEach((workload, wanted) -> {
            var place = place(at + ".snapshot.expect." + workload, given.name() + ": " + workload);
            runs.add(CaseRun.of(place, question, decisions, workload, wanted));
        });
    }

    private CaseRun.Place place(String at, String name) {
        return new CaseRun.Place(file.toString(), findings.span(at).line(), name);
    }
}
