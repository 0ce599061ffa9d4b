package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.CaseFiles.Ran;
import dev.lifeboat.plan.Refusal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Runs the cases beside policies through the production planner.
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description = {
            "Runs every *.cases.yaml below a directory: each case puts a workload, or a cluster snapshot as what-if reads"
                    + " it, and a notice to the production planner and compares what it decides with what is expected."
                    + " Needs no cluster."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every case decided as expected",
            "1:a case was decided otherwise; each field is shown with what was expected and what became of each rung",
            "2:a file has errors, cannot be read, or there are no cases"
        },
        footer = {"", "Example:", "  lifeboat policy test policies/ --junit policies.xml"})
final class PolicyTestCommand implements Callable<Integer> {
    private static final int OTHERWISE = 1;
    private static final int UNUSABLE = 2;

    private final Snapshots snapshots;
    private final CaseReports reports;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "DIR", description = "Where the cases are; one file will do.")
    private Path path = Path.of("policies");

    @Option(names = "--junit", paramLabel = "FILE", description = "Write the results as JUnit XML too.")
    private @Nullable Path junit;

    @Option(names = "--json", description = "Print the results as JSON instead of text.")
    private boolean json;

    PolicyTestCommand(Snapshots snapshots, Function<Refusal, String> refusals) {
        this.snapshots = snapshots;
        this.reports = new CaseReports(refusals);
    }

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        if (!Files.exists(path)) {
            err.println("lifeboat: there is no file or directory " + path + "; name one that exists");
            return UNUSABLE;
        }
        try {
            return report(CaseFiles.run(path, snapshots));
        } catch (UncheckedIOException e) {
            err.println("lifeboat: " + e.getMessage() + "; name files that can be read and written, here and under"
                    + " `policies:` in the cases file");
            return UNUSABLE;
        }
    }

    private int report(Ran ran) {
        PrintWriter out = spec.commandLine().getOut();
        if (ran.problems().isEmpty() && ran.runs().isEmpty()) {
            spec.commandLine().getErr().println("lifeboat: no *.cases.yaml below " + path + " holds a case");
            return UNUSABLE;
        }
        out.print(json ? reports.json(ran) : reports.text(ran));
        out.flush();
        write(ran);
        if (!ran.problems().isEmpty()) {
            return UNUSABLE;
        }
        return ran.failed() > 0 ? OTHERWISE : 0;
    }

    private void write(Ran ran) {
        if (junit == null) {
            return;
        }
        try {
            Files.writeString(junit, reports.junit(ran));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + junit, e);
        }
    }
}
