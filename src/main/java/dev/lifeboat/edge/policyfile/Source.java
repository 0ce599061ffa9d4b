package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Problem.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The text of one file, and what was found in it.
final class Source {
    /// Whoever has more is helped by the first.
    static final int MOST_PROBLEMS = 100;

    private final String file;
    private final List<String> lines;
    private final List<Problem> problems = new ArrayList<>();

    Source(String file, String text) {
        this.file = file;
        this.lines = text.lines().toList();
    }

    String file() {
        return file;
    }

    /// Line by its number from 1; empty beyond the end.
    String line(int number) {
        return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
    }

    void report(Code code, Span span, String path, String message, @Nullable String suggestion) {
        if (isFull()) {
            return;
        }
        problems.add(new Problem(code, file, span, path, message, suggestion, line(span.line())));
    }

    /// Whether more would not be reported anyway.
    boolean isFull() {
        return problems.size() >= MOST_PROBLEMS;
    }

    List<Problem> problems() {
        return problems;
    }

    long errors() {
        return problems.stream().filter(Problem::isError).count();
    }

    List<Problem> inReadingOrder() {
        return problems.stream().sorted(Problem.READING_ORDER).distinct().toList();
    }
}
