package dev.lifeboat.edge.forecast;

import java.io.PrintWriter;
import java.util.Locale;

/// The table for people; columns are described in docs/reference/bench-forecast.md.
final class Report {
    private final PrintWriter out;

    Report(PrintWriter out) {
        this.out = out;
    }

    void print(Verdict verdict) {
        out.printf(
                "%-7s %-34s %7s  %-22s  %-6s  %8s  %6s  %8s  %8s%n",
                "", "model", "saves", "p95 coverage (Wilson)", "p99", "pinball", "q95/T", "missed", "rejected");
        verdict.scenarios().forEach(this::print);
        print(verdict.total());
        out.printf("%nours by class%n");
        verdict.byClass().forEach((name, figures) -> row("", name, figures));
        out.printf(
                Locale.ROOT,
                "%nPinball against the strongest constant rate with a calibrated bound of its own: %.3f%n",
                verdict.total().lifeboat().pinball95Seconds()
                        / verdict.total()
                                .baseline(Baseline.CONSTANT_RATE)
                                .calibrated()
                                .pinball95Seconds());
        out.printf("%naims, over all scenarios%n");
        verdict.aims().forEach(out::println);
        out.flush();
    }

    private void print(Verdict.Section section) {
        row(section.scenario(), "lifeboat", section.lifeboat());
        row("", "lifeboat, time frozen", section.lifeboatFrozen());
        for (Verdict.Row baseline : section.baselines()) {
            String age = baseline.rateAgeSeconds() == 0 ? "" : " (over " + baseline.rateAgeSeconds() + " s)";
            row("", baseline.name() + age, baseline.raw());
            row("", "  + calibrated bound", baseline.calibrated());
        }
        out.printf("%-7s unanswered: %d%n%n", "", section.unanswered());
    }

    private void row(String scenario, String model, Score.Figures it) {
        out.printf(
                Locale.ROOT,
                "%-7s %-34s %7d  %.4f [%.4f,%.4f]  %.4f  %8.4f  %6.2f  %8.4f  %8.4f%n",
                scenario,
                model,
                it.predictions(),
                it.coverage95(),
                it.coverage95Interval().low(),
                it.coverage95Interval().high(),
                it.coverage99(),
                it.pinball95Seconds(),
                it.sharpness(),
                it.missedOfAccepted(),
                it.falseRejects());
    }
}
