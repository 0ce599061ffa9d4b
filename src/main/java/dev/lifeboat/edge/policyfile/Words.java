package dev.lifeboat.edge.policyfile;

import java.time.Duration;

/// Values as the file writes them.
final class Words {
    private Words() {}

    /// Such as `1m30s`; `0s` for none.
    static String of(Duration duration) {
        var words = new StringBuilder();
        part(words, duration.toHours(), "h");
        part(words, duration.toMinutesPart(), "m");
        part(words, duration.toSecondsPart(), "s");
        part(words, duration.toMillisPart(), "ms");
        return words.isEmpty() ? "0s" : words.toString();
    }

    private static void part(StringBuilder words, long amount, String unit) {
        if (amount != 0) {
            words.append(amount).append(unit);
        }
    }
}
