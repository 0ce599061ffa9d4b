package dev.lifeboat.edge.planning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `lifeboat explain`: every rung of a workload's ladder, taken or refused, with the numbers that decided it.
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Say why a workload would be treated as it would: every rung of its policy, taken or refused, and by how"
                    + " much each refused one failed.",
            "",
            "Asks the same planner the same question as what-if, so it gives the same answer."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:the snapshot, a policy or an option cannot be used; the message says where"})
public final class Explain implements Callable<Integer> {
    private final PolicyFolder folder;

    @Option(names = "--snapshot", required = true, paramLabel = "FILE", description = "cluster snapshot, JSON")
    private @Nullable Path snapshot;

    @Option(names = "--policies", required = true, paramLabel = "DIR", description = "policies, a folder or a file")
    private @Nullable Path policies;

    @Option(
            names = "--notice",
            required = true,
            paramLabel = "node=NAME[,window=120s][,trigger=SpotInterruption]",
            description = "the notice to suppose")
    private @Nullable String notice;

    @Option(
            names = "--workload",
            paramLabel = "NAMESPACE/NAME",
            description = "only this one; all of the node when left out")
    private @Nullable String workload;

    @Option(names = "--json", description = "print JSON instead of text")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    public Explain(PolicyFolder folder) {
        this.folder = folder;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        if (snapshot == null || policies == null || notice == null || spec == null) {
            throw new IllegalStateException("picocli sets what is required");
        }
        try {
            Report report = WhatIf.report(snapshot, policies, notice, folder);
            List<Report.Row> rows = rows(report);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(rows));
            } else {
                rows.forEach(row -> print(out, row));
            }
            out.flush();
            return 0;
        } catch (BadInput e) {
            spec.commandLine().getErr().println("lifeboat explain: " + e.getMessage());
            return WhatIf.UNUSABLE;
        }
    }

    private List<Report.Row> rows(Report report) {
        String wanted = workload;
        if (wanted == null) {
            return report.rows();
        }
        List<Report.Row> rows = report.rows().stream()
                .filter(row -> row.workload().equals(wanted))
                .toList();
        if (rows.isEmpty()) {
            throw new BadInput("--workload: " + wanted + " is not on " + report.node() + " under any policy; there are "
                    + report.rows().stream().map(Report.Row::workload).toList());
        }
        return rows;
    }

    private static void print(PrintWriter out, Report.Row row) {
        out.printf("%s  %s%s%n", row.workload(), row.verdict(), row.observed() ? "  (Observe: nothing is done)" : "");
        out.printf("  policy    %s, priority %d%n", row.policy(), row.priority());
        for (Report.Step step : row.ladder()) {
            out.printf(
                    "  %s %s%s%n",
                    step.taken() ? "taken    " : "refused  ",
                    step.rung(),
                    step.taken() ? "" : "  " + step.code() + ": " + step.detail());
        }
        if (row.endsSeconds() != null) {
            out.printf(
                    "  link      from %s to %s, then %s of slack%s%n",
                    Table.brief(row.startsSeconds()),
                    Table.brief(row.endsSeconds()),
                    Table.brief(row.slackSeconds()),
                    row.rounds() == null ? "" : "; pre-dump rounds: " + row.rounds());
        }
        if (row.target() != null) {
            out.printf("  goes to   %s%n", row.target());
        }
        if (row.losesSeconds() > 0) {
            out.printf("  loses     %s of work%n", Table.brief(row.losesSeconds()));
        }
        out.println();
    }
}
