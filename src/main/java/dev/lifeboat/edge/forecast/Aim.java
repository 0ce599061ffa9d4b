package dev.lifeboat.edge.forecast;

import java.util.List;
import java.util.Locale;

/// One claim with its figure.
///
/// @param name stable; printed by `--check`
/// @param wanted what was aimed at, for people
record Aim(String name, String wanted, double value, boolean met) {

    /// @param constantRate the strongest uncalibrated constant-rate baseline
    static List<Aim> of(Score.Figures own, Score.Figures constantRate) {
        double ratio = own.pinball95Seconds() / constantRate.pinball95Seconds();
        return List.of(
                new Aim("p95-coverage", "0.95 ± 0.015", own.coverage95(), Math.abs(own.coverage95() - 0.95) <= 0.015),
                new Aim("p99-coverage", "≥ 0.985", own.coverage99(), own.coverage99() >= 0.985),
                new Aim("pinball-ratio", "≤ 0.5", ratio, ratio <= 0.5),
                new Aim("missed-of-accepted", "≤ 0.005", own.missedOfAccepted(), own.missedOfAccepted() <= 0.005),
                new Aim("false-rejects", "≤ 0.05", own.falseRejects(), own.falseRejects() <= 0.05));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%-20s %-14s %.4f  %s", name, wanted, value, met ? "met" : "MISSED");
    }
}
