package dev.lifeboat.edge.policyfile;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// One finding.
///
/// @param file as it was named by the caller
/// @param span where it is
/// @param path place in the document, such as `spec.ladder[0].when`; empty for the document itself
/// @param suggestion what to write there instead; null where we have no good guess
/// @param excerpt the line as it stands in the file
public record Problem(
        Code code,
        String file,
        Span span,
        String path,
        String message,
        @Nullable String suggestion,
        String excerpt) {

    static final Comparator<Problem> READING_ORDER = Comparator.comparing(Problem::file)
            .thenComparingInt(problem -> problem.span().line())
            .thenComparingInt(problem -> problem.span().column())
            .thenComparing(Problem::code);

    public boolean isError() {
        return code.severity() == Code.Severity.ERROR;
    }

    /// `file:line:column: error[LBP001]: path: message`
    public String headline() {
        return "%s:%d:%d: %s[%s]: %s%s"
                .formatted(
                        file,
                        span.line(),
                        span.column(),
                        code.severity().word(),
                        code.id(),
                        path.isEmpty() ? "" : path + ": ",
                        message);
    }

    /// @param line from 1
    /// @param column from 1, in characters
    /// @param length in characters, at least 1; never beyond the line
    public record Span(int line, int column, int length) {}
}
