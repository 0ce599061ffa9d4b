package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.PolicyFiles.Loaded;
import java.util.List;

/// Findings for people: each with its line, a caret below it and what to write instead.
final class TextReport {
    /// More are of no use to a reader.
    private static final int MOST_SHOWN = 200;

    private static final int WIDEST_EXCERPT = 160;

    private TextReport() {}

    static String of(List<Problem> problems) {
        var text = new StringBuilder();
        problems.stream().limit(MOST_SHOWN).forEach(problem -> append(text, problem));
        int hidden = problems.size() - MOST_SHOWN;
        if (hidden > 0) {
            text.append("and %d more%n".formatted(hidden));
        }
        return text.toString();
    }

    /// With a sum at the end.
    static String of(Loaded loaded) {
        var text = new StringBuilder(of(loaded.problems()));
        if (loaded.problems().isEmpty()) {
            text.append("%s in %s, nothing to say%n"
                    .formatted(counted(loaded.policies().size(), "policy", "policies"), files(loaded)));
        } else {
            text.append("%s, %s in %s%n"
                    .formatted(
                            counted(loaded.errors(), "error", "errors"),
                            counted(loaded.warnings(), "warning", "warnings"),
                            files(loaded)));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Problem problem) {
        text.append(problem.headline()).append(System.lineSeparator());
        String excerpt = problem.excerpt().replace('\t', ' ');
        if (!excerpt.isBlank() && excerpt.length() <= WIDEST_EXCERPT) {
            int length = Math.min(
                    problem.span().length(),
                    Math.max(1, excerpt.length() - problem.span().column() + 1));
            text.append("%5d | %s%n".formatted(problem.span().line(), excerpt));
            text.append("      | ")
                    .append(" ".repeat(problem.span().column() - 1))
                    .append("^".repeat(length));
            text.append(problem.suggestion() == null ? "" : " " + advice(problem.suggestion()))
                    .append(System.lineSeparator());
        } else if (problem.suggestion() != null) {
            text.append("      ").append(advice(problem.suggestion())).append(System.lineSeparator());
        }
    }

    private static String advice(String suggestion) {
        return "did you mean: " + suggestion;
    }

    private static String files(Loaded loaded) {
        return counted(loaded.files(), "file", "files");
    }

    private static String counted(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
