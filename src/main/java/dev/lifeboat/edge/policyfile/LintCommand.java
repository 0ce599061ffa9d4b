package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.PolicyFiles.Loaded;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Says everything that is wrong with policy files.
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        description = {
            "Checks policy files and says everything that is wrong with them in one pass.",
            "Needs no cluster. Directories are searched for .yaml and .yml; *.cases.yaml are left out."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:clean, or warnings only",
            "1:warnings only, with --strict",
            "2:errors, or a file that cannot be read"
        },
        footer = {
            "",
            "Examples:",
            "  lifeboat policy lint policies/",
            "  lifeboat policy lint --sarif my-policy.yaml > lint.sarif",
            "",
            "Every code is explained in docs/reference/lint-codes.md."
        })
final class LintCommand implements Callable<Integer> {
    private static final int CLEAN = 0;
    private static final int WARNED = 1;
    private static final int FAILED = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "FILE|DIR", description = "What to check; all of it is one set.")
    private List<Path> paths = List.of();

    @ArgGroup
    private Format format = new Format();

    @Option(names = "--strict", description = "Fail on warnings too.")
    private boolean strict;

    /// How findings are printed.
    static final class Format {
        @Option(names = "--json", description = "Print findings as JSON.")
        private boolean json;

        @Option(names = "--sarif", description = "Print findings as SARIF 2.1.0, for code hosts.")
        private boolean sarif;
    }

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                err.println("lifeboat: there is no file or directory " + path + "; name one that exists");
                return FAILED;
            }
        }
        Loaded loaded;
        try {
            loaded = PolicyFiles.load(paths);
        } catch (UncheckedIOException e) {
            err.println("lifeboat: cannot read " + e.getMessage() + "; check that you may read it");
            return FAILED;
        }
        if (loaded.files() == 0) {
            err.println("lifeboat: no .yaml or .yml file below " + paths + "; name a directory that holds policies");
            return FAILED;
        }
        print(loaded);
        return code(loaded);
    }

    private void print(Loaded loaded) {
        PrintWriter out = spec.commandLine().getOut();
        if (format.json) {
            out.println(JsonReports.plain(loaded));
        } else if (format.sarif) {
            out.println(JsonReports.sarif(loaded));
        } else {
            out.print(TextReport.of(loaded));
        }
        out.flush();
    }

    private int code(Loaded loaded) {
        if (loaded.errors() > 0) {
            return FAILED;
        }
        return strict && loaded.warnings() > 0 ? WARNED : CLEAN;
    }
}
