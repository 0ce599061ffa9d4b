package dev.lifeboat.edge.policyfile;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How people write durations, and how they are written here.
final class DurationSlips {
    private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:[.,]\\d{1,9})?)\\s*([a-zµ]*)");
    private static final Pattern CLOCK = Pattern.compile("(?:(\\d{1,3}):)?(\\d{1,3}):(\\d{1,2})");
    /// Underscores and every blank of Unicode: those that do not break a line look like the others.
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}_]+");

    private static final Map<String, String> SMALLER = Map.of("h", "m", "m", "s", "s", "ms");
    private static final BigDecimal HOURS_PER_DAY = BigDecimal.valueOf(24);
    private static final BigDecimal HOURS_PER_WEEK = BigDecimal.valueOf(168);

    private DurationSlips() {}

    /// @param likely unit of a bare number
    static @Nullable String repair(String text, String likely) {
        String plain = BLANKS.matcher(text).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
        plain = plain.replaceAll("\\.(?=[a-z ]|$)", "").replaceAll(" +(?=[a-z])", "");
        var clock = CLOCK.matcher(plain);
        if (clock.matches()) {
            String hours = clock.group(1) == null ? "" : Integer.parseInt(clock.group(1)) + "h";
            return hours + Integer.parseInt(clock.group(2)) + "m" + Integer.parseInt(clock.group(3)) + "s";
        }
        if (plain.matches("p[t\\d].*")) {
            plain = plain.replaceAll("[pt]", "");
        }
        if (plain.matches("(ms|s|m|h)\\d{1,9}")) {
            return plain.replaceAll("(\\D+)(\\d+)", "$2$1");
        }
        var parts = PART.matcher(plain);
        var repaired = new StringBuilder();
        String before = "";
        while (parts.find()) {
            String unit = parts.group(2).isEmpty()
                    ? before.isEmpty() ? likely : SMALLER.getOrDefault(before, "s")
                    : unitOr(parts.group(2), likely);
            repaired.append(part(parts.group(1).replace(',', '.'), unit));
            before = unit;
        }
        return repaired.isEmpty() ? null : repaired.toString();
    }

    /// Our unit for a written one; seconds when it is none.
    static String unit(String written) {
        return unitOr(written, "s");
    }

    private static String unitOr(String written, String likely) {
        if (List.of("ns", "us", "µs", "d", "w").contains(written)) {
            return written;
        }
        return switch (written) {
            case "ms", "msec", "msecs", "millis", "milli", "millisecond", "milliseconds" -> "ms";
            case "m", "mm", "min", "mins", "minute", "minutes", "mn" -> "m";
            case "h", "hh", "hr", "hrs", "hour", "hours" -> "h";
            case "day", "days" -> "d";
            case "week", "weeks" -> "w";
            case "s", "ss", "sec", "secs", "second", "seconds" -> "s";
            default -> likely;
        };
    }

    private static String part(String number, String unit) {
        return switch (unit) {
            case "d" ->
                new BigDecimal(number)
                                .multiply(HOURS_PER_DAY)
                                .stripTrailingZeros()
                                .toPlainString() + "h";
            case "w" ->
                new BigDecimal(number)
                                .multiply(HOURS_PER_WEEK)
                                .stripTrailingZeros()
                                .toPlainString() + "h";
            default -> number.replaceAll("\\.0+$", "") + unit;
        };
    }
}
