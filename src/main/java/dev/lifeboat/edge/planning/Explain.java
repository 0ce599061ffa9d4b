package dev.lifeboat.edge.planning;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.policy.Policies;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lifeboat explain`: every rung of a workload's ladder, taken or refused, with the numbers that decided it.
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Says why a workload would be treated as it would: every rung of its policy, taken or refused, and by how"
                    + " much each refused one failed.",
            "",
            "Asks the same planner the same question as what-if, so it gives the same answer.",
            "",
            "With --journal or --broker it asks once more what the orchestrator asked when it decided, and says whether"
                    + " the answer is the one that was journalled, to the same number.",
            "",
            "Example: lifeboat explain --snapshot docs/examples/snapshots/shop.json --policies policies"
                    + " --notice node=ip-10-1-2-3 --workload ml/llm-finetune-3",
            "Example: lifeboat explain --broker 127.0.0.1:9092 --policies policies --workload ml/llm-finetune-3",
            "Example: lifeboat explain --broker 127.0.0.1:9092 --policies policies llm-finetune-3-3f9a2c81d04e"
        },
        exitCodeOnInvalidInput = 1,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the snapshot, a policy or an option cannot be used; the message says where",
            "2:the policies given decide otherwise than was journalled"
        })
public final class Explain implements Callable<Integer> {
    private static final int OTHERWISE = 2;

    private final PolicyFolder folder;
    private final Journals journals;

    @Mixin
    private Scene scene = new Scene();

    @Option(
            names = "--workload",
            paramLabel = "NAMESPACE/NAME",
            description = "only this one; all of the node when left out")
    private @Nullable String workload;

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description =
                    "explain what was decided of one migration, or since one notice: its id, as exemplars, logs and"
                            + " objects of the cluster have it; with --journal or --broker")
    private @Nullable String id;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description = "explain what was decided: the journal, one JSON event per line")
    private @Nullable Path journal;

    @Option(
            names = "--broker",
            paramLabel = "HOST:PORT",
            description = "explain what was decided: the broker that has the journal")
    private @Nullable String broker;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public Explain(PolicyFolder folder, Journals journals) {
        this.folder = folder;
        this.journals = journals;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        if (journal != null) {
            return recount(journals.file(journal));
        }
        if (broker != null) {
            return recount(journals.broker(broker));
        }
        if (id != null) {
            throw new BadInput("which journal knows " + id + "? --broker names one that runs, --journal a file");
        }
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

    private int recount(List<JournalEvent> events) throws JsonProcessingException {
        Policies policies = scene.policies(folder);
        if (id != null && workload != null) {
            throw new BadInput("an id or --workload, not both");
        }
        Wanted wanted = id == null ? Wanted.anything(workload) : Wanted.by(id, events);
        List<Recount> recounts = Recording.of(events).stream()
                .filter(wanted::covers)
                .map(recording -> Recount.of(recording, policies))
                .map(recount -> wanted.workload() == null ? recount : recount.only(wanted.workload()))
                .toList();
        if (recounts.isEmpty()) {
            throw new BadInput("the journal has no plan" + wanted.inWords()
                    + "; plans are drawn where the orchestrator has --policies");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (scene.wantsJson()) {
            out.println(Scene.json(recounts));
        } else {
            recounts.forEach(recount -> print(out, recount));
        }
        out.flush();
        return recounts.stream().allMatch(Recount::isSame) ? 0 : OTHERWISE;
    }

    private static void print(PrintWriter out, Recount recount) {
        out.printf("%s  %s plan of %s%n", recount.drawnAt(), recount.plan(), recount.node());
        recount.rows().forEach(row -> print(out, row));
        out.println(
                recount.isSame()
                        ? "replayed: as journalled, to the same number"
                        : "replayed: these policies decide otherwise");
        recount.otherwise().forEach(one -> out.println("  " + one));
        if (!recount.whole()) {
            out.println("  not every survivor's offer was journalled, so targets may differ");
        }
        out.println();
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
        if (row.ladder().isEmpty()) {
            out.printf("  goes on   %s, as in the plan before%n", row.rung().isEmpty() ? "let go" : row.rung());
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
        if (row.background() != null) {
            out.printf("  ahead     %s%n", row.background().inWords());
        }
        if (row.level() != null) {
            out.printf(
                    "  level     %s: once its node is proven dead it goes back to its background checkpoint%n",
                    row.level());
        }
        if (row.losesSeconds() > 0) {
            out.printf("  loses     %s of work%n", Table.brief(row.losesSeconds()));
        }
        out.println();
    }
}
