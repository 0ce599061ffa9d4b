package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.PolicyFiles.Loaded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Runs the cases that lie beside policies.
final class CaseFiles {
    private static final Shape.Block SHAPE = Shapes.of(CasesDocument.class);
    private static final long MOST_BYTES = 1 << 20;
    private static final int MOST_FILES = 10_000;

    private CaseFiles() {}

    /// @param problems that keep files from being run
    record Ran(List<CaseRun> runs, List<Problem> problems) {
        long failed() {
            return runs.stream().filter(run -> !run.passed()).count();
        }
    }

    static Ran run(Path fileOrDirectory, Snapshots snapshots) {
        var runs = new ArrayList<CaseRun>();
        var problems = new ArrayList<Problem>();
        for (Path file : files(fileOrDirectory)) {
            run(file, snapshots, runs, problems);
        }
        return new Ran(runs, problems);
    }

    private static void run(Path file, Snapshots snapshots, List<CaseRun> runs, List<Problem> problems) {
        String text = text(file);
        var source = new Source(file.toString(), text);
        var findings = new Findings(0);
        switch (Yaml.parse(text)) {
            case Yaml.Parsed.Broken broken ->
                source.report(
                        Code.NOT_YAML,
                        new Problem.Span(broken.line() + 1, broken.column() + 1, 1),
                        "",
                        broken.message(),
                        null);
            case Yaml.Parsed.TooMuch much ->
                source.report(Code.TOO_LARGE, new Problem.Span(1, 1, 1), "", much.message(), null);
            case Yaml.Parsed.Tree tree -> {
                for (var root : tree.roots()) {
                    findings.place("", findings.spanOf(root));
                    Object value = new Checker(source, findings, SHAPE).check(root, SHAPE, "", "");
                    if (value instanceof CasesDocument cases) {
                        Loaded loaded = load(file, cases);
                        problems.addAll(loaded.problems().stream()
                                .filter(Problem::isError)
                                .toList());
                        if (loaded.errors() == 0) {
                            runs.addAll(
                                    new CasesRun(file, source, findings, loaded.all(), snapshots).of(cases.cases()));
                        }
                    }
                }
            }
        }
        problems.addAll(source.inReadingOrder());
    }

    private static Loaded load(Path file, CasesDocument cases) {
        return PolicyFiles.load(
                cases.policies().stream().map(file::resolveSibling).toList());
    }

    private static List<Path> files(Path fileOrDirectory) {
        if (!Files.isDirectory(fileOrDirectory)) {
            return List.of(fileOrDirectory);
        }
        try (Stream<Path> found = Files.walk(fileOrDirectory)) {
            return found.filter(file -> file.toString().endsWith(".cases.yaml"))
                    .limit(MOST_FILES)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException(file + " is larger than 1 MiB");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
