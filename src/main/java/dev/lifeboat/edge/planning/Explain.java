package dev.lifeboat.edge.planning;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "Asks the same planner the same question as what-if, so it gives the same answer.",
            "",
            "Example: lifeboat explain --snapshot docs/examples/snapshots/shop.json --policies policies"
                    + " --notice node=ip-10-1-2-3 --workload ml/llm-finetune-3"
        },
        exitCodeOnInvalidInput = 1,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:the snapshot, a policy or an option cannot be used; the message says where"})
public final class Explain implements Callable<Integer> {
    private final PolicyFolder folder;

    @Mixin
    private Scene scene = new Scene();

    @Option(
            names = "--workload",
            paramLabel = "NAMESPACE/NAME",
            description = "only this one; all of the node when left out")
    private @Nullable String workload;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public Explain(PolicyFolder folder) {
        this.folder = folder;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        Report report = scene.report(folder);
        List<Report.Row> rows = rows(report);
        PrintWriter out = spec.commandLine().getOut();
        if (scene.wantsJson()) {
            out.println(Scene.json(rows));
        } else {
            rows.forEach(row -> print(out, row));
        }
        out.flush();
        return 0;
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
