package dev.lifeboat.edge.planning;

import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads quantities as people write them. Every failure names the place.
final class Words {
    private static final Pattern DURATION =
            Pattern.compile("(?:(\\d{1,9})h)?(?:(\\d{1,9})m(?!s))?(?:(\\d{1,9}(?:\\.\\d{1,9})?)s)?(?:(\\d{1,9})ms)?");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})(|Ki|Mi|Gi|Ti)");
    private static final Pattern RATE = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)MB/s");
    private static final Map<String, Integer> SHIFTS = Map.of("", 0, "Ki", 10, "Mi", 20, "Gi", 30, "Ti", 40);

    private Words() {}

    static Duration duration(String text, String place) {
        Matcher matcher = DURATION.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            throw new BadInput(place + ": \"" + text + "\" is not a duration; write one like 90s, 1m30s, 250ms or 2h");
        }
        BigDecimal seconds = part(matcher.group(3));
        return Duration.ofHours(part(matcher.group(1)).longValueExact())
                .plusMinutes(part(matcher.group(2)).longValueExact())
                .plusNanos(seconds.movePointRight(9).longValue())
                .plusMillis(part(matcher.group(4)).longValueExact());
    }

    static ByteCount size(String text, String place) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new BadInput(place + ": \"" + text + "\" is not a size; write one like 512Mi, 2Gi or 4096");
        }
        try {
            int shift = SHIFTS.getOrDefault(matcher.group(2), 0);
            return new ByteCount(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift));
        } catch (ArithmeticException e) {
            throw new BadInput(place + ": " + text + " is more memory than there can be");
        }
    }

    static ByteRate rate(String text, String place) {
        Matcher matcher = RATE.matcher(text);
        if (!matcher.matches()) {
            throw new BadInput(place + ": \"" + text + "\" is not a rate; write one like 94MB/s");
        }
        return ByteRate.ofMegabytes(Double.parseDouble(matcher.group(1)));
    }

    static Instant instant(String text, String place) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new BadInput(place + ": \"" + text + "\" is not a time; write one like 2026-11-21T12:00:00Z");
        }
    }

    /// As [#duration] reads it, exact to the nanosecond.
    static String of(Duration duration) {
        return new BigDecimal(duration.getSeconds())
                        .add(BigDecimal.valueOf(duration.getNano(), 9))
                        .stripTrailingZeros()
                        .toPlainString()
                + "s";
    }

    /// For people: two units at most, such as `1m12s`, `14s`, `0.4s` or `3h05m`.
    static String brief(Duration duration) {
        if (duration.isNegative()) {
            return "-" + brief(duration.negated());
        }
        long seconds = duration.toSeconds();
        if (duration.toMillis() < 10_000) {
            double exact = duration.toMillis() / 1000.0;
            return exact == Math.rint(exact) ? (long) exact + "s" : String.format("%.1fs", exact);
        }
        if (seconds < 120) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds % 60 == 0 ? seconds / 60 + "m" : String.format("%dm%02ds", seconds / 60, seconds % 60);
        }
        return String.format("%dh%02dm", seconds / 3600, seconds % 3600 / 60);
    }

    private static BigDecimal part(@org.jspecify.annotations.Nullable String digits) {
        return digits == null ? BigDecimal.ZERO : new BigDecimal(digits);
    }
}
