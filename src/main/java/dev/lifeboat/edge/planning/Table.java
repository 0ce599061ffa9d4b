package dev.lifeboat.edge.planning;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Prints a report for people.
final class Table {
    /// Less slack than this share of the window is called tight.
    private static final double TIGHT = 0.15;

    private static final List<String> HEADER =
            List.of("WORKLOAD", "PRI", "RUNG", "p50", "p95", "SLACK", "TARGET", "VERDICT");

    private final Report report;

    Table(Report report) {
        this.report = report;
    }

    void print(PrintWriter out) {
        out.printf(
                "NODE %s  %s/%s/%s  window %s  snapshot of %s%n",
                report.node(),
                report.capacity(),
                report.instanceType(),
                report.zone(),
                brief(report.windowSeconds()),
                report.takenAt());
        var lines = new ArrayList<List<String>>();
        lines.add(HEADER);
        report.rows().forEach(row -> lines.add(cells(row)));
        report.untouched()
                .forEach(one ->
                        lines.add(List.of(one.workload(), "-", "-", "-", "-", "-", "-", "UNTOUCHED " + one.why())));
        print(out, lines);
        for (Report.Row row : report.rows()) {
            if (row.background() != null) {
                out.println(row.workload() + ": " + row.background().inWords());
            }
        }
        out.println(summary());
    }

    private static void print(PrintWriter out, List<List<String>> lines) {
        int[] widths = new int[HEADER.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < line.size(); i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            var text = new StringBuilder();
            for (int i = 0; i < line.size(); i++) {
                String cell = line.get(i);
                text.append(cell).repeat(' ', i == line.size() - 1 ? 0 : widths[i] - cell.length() + 2);
            }
            out.println(text);
        }
    }

    private List<String> cells(Report.Row row) {
        return List.of(
                row.workload(),
                Integer.toString(row.priority()),
                row.rung().isEmpty() ? "(none left)" : row.rung(),
                brief(row.p50Seconds()),
                brief(row.p95Seconds()),
                row.slackSeconds() == null ? "-" : "+" + brief(row.slackSeconds()),
                target(row),
                verdict(row));
    }

    private static String target(Report.Row row) {
        boolean waits = row.verdict() == Report.Verdict.SAVED && row.rounds() != null;
        return row.target() == null ? (waits ? "(waits in the store)" : "-") : row.target();
    }

    private String verdict(Report.Row row) {
        String words = switch (row.verdict()) {
            case SAVED -> tight(row) ? "SAVED (tight)" : "SAVED";
            case TRIED -> "TRIED without a forecast, may lose " + brief(losesIfItFails(row));
            case IGNORED -> "IGNORED (policy)";
            case LOST ->
                missed(row)
                        + (row.level() == null ? "" : "goes back to its background checkpoint, ")
                        + "loses "
                        + brief(row.losesSeconds());
        };
        return row.observed() ? words + " [Observe: nothing is done]" : words;
    }

    private static @Nullable Double losesIfItFails(Report.Row row) {
        return row.losesSeconds() == 0 ? null : row.losesSeconds();
    }

    private boolean tight(Report.Row row) {
        return row.slackSeconds() != null && row.slackSeconds() < TIGHT * report.usableSeconds();
    }

    private static String missed(Report.Row row) {
        return row.ladder().stream()
                .filter(step ->
                        !step.taken() && step.code() != null && !step.code().equals("NOT_REACHED"))
                .findFirst()
                .map(step -> "MISSES " + step.rung() + " (" + step.code()
                        + (step.overSeconds() == null ? "" : " by " + brief(step.overSeconds())) + "), ")
                .orElse("");
    }

    private String summary() {
        long saved = count(Report.Verdict.SAVED);
        double lost = report.rows().stream()
                .filter(row -> !row.observed() && row.verdict() == Report.Verdict.LOST)
                .mapToDouble(Report.Row::losesSeconds)
                .sum();
        return saved + " saved, " + count(Report.Verdict.TRIED) + " tried, " + count(Report.Verdict.LOST)
                + " would lose " + brief(lost) + " of work, " + count(Report.Verdict.IGNORED)
                + " ignored.  Why: lifeboat explain, with the same options and --workload NAMESPACE/NAME";
    }

    private long count(Report.Verdict verdict) {
        return report.rows().stream()
                .filter(row -> !row.observed() && row.verdict() == verdict)
                .count();
    }

    static String brief(@Nullable Double seconds) {
        return seconds == null ? "-" : Words.brief(Duration.ofNanos(Math.round(seconds * 1e9)));
    }
}
