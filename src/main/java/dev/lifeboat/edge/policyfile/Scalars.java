package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Reading.Bad;
import dev.lifeboat.edge.policyfile.Reading.Good;
import dev.lifeboat.edge.policyfile.Shape.Leaf;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads scalars that are no expressions.
final class Scalars {
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");
    private static final Pattern WHOLE = Pattern.compile("[-+]?\\d{1,18}");
    private static final Pattern SPECIAL = Pattern.compile("null|Null|NULL|~|true|True|TRUE|false|False|FALSE|");

    /// Words of other systems, by what they are called here.
    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry("enabled", "Enforce"),
            Map.entry("enable", "Enforce"),
            Map.entry("true", "Enforce"),
            Map.entry("active", "Enforce"),
            Map.entry("on", "Enforce"),
            Map.entry("audit", "Observe"),
            Map.entry("dryrun", "Observe"),
            Map.entry("dry-run", "Observe"),
            Map.entry("warn", "Observe"),
            Map.entry("monitor", "Observe"),
            Map.entry("disabled", "Off"),
            Map.entry("false", "Off"),
            Map.entry("none", "Off"),
            Map.entry("preemption", "SpotInterruption"),
            Map.entry("spottermination", "SpotInterruption"),
            Map.entry("shutdown", "NodeShutdown"),
            Map.entry("rebalance", "RebalanceRecommendation"),
            Map.entry("maintenance", "ScheduledMaintenance"),
            Map.entry("next", "NextRung"),
            Map.entry("continue", "KeepGoing"),
            Map.entry("restart", "ColdStart"));

    /// Kinds as kubectl abbreviates them.
    private static final Map<String, String> SHORT_KINDS = Map.of(
            "sts", "StatefulSet", "deploy", "Deployment", "ds", "DaemonSet", "rs", "ReplicaSet", "cj", "CronJob");

    private Scalars() {}

    /// @param plain whether it stands without quotes
    /// @param standard what holds when it is left out; its unit is the likeliest where one is missing
    static Reading read(Leaf leaf, String text, boolean plain, String standard) {
        if (plain && text.matches("null|Null|NULL|~|") && leaf.form() != Shape.Form.CHOICE) {
            return new Bad(Code.WRONG_TYPE, "expected " + leaf.form().words() + ", got nothing", filled(standard));
        }
        return switch (leaf.form()) {
            case CHOICE -> choice(leaf, text);
            case WHOLE -> number(leaf, text, plain, true);
            case NUMBER -> number(leaf, text, plain, false);
            case FLAG -> flag(text, plain);
            case TEXT -> text(leaf, text, plain);
            case DURATION -> Quantities.DURATION.read(leaf, text, plain, standard);
            case BYTES -> Quantities.BYTES.read(leaf, text, plain, standard);
            case CPU -> Quantities.CPU.read(leaf, text, plain, standard);
            case MOMENT -> moment(text);
            case CONDITION, COMPLETION, GROUPING -> throw new IllegalArgumentException("an expression is not a value");
        };
    }

    private static @Nullable String filled(String standard) {
        return standard.isEmpty() ? null : standard;
    }

    private static Reading choice(Leaf leaf, String text) {
        for (Object constant : leaf.type().getEnumConstants()) {
            if (Shapes.wordOf(constant).equals(text)) {
                return new Good(constant);
            }
        }
        String synonym = SYNONYMS.get(text.toLowerCase(Locale.ROOT).replace("_", ""));
        Optional<String> near = synonym != null && leaf.words().contains(synonym)
                ? Optional.of(synonym)
                : Spelling.nearest(text, leaf.words());
        String suggestion = near.orElse(leaf.words().size() == 1 ? leaf.words().getFirst() : null);
        return new Bad(
                Code.NOT_A_CHOICE, quoted(text) + " is not one of " + String.join(", ", leaf.words()), suggestion);
    }

    private static Reading number(Leaf leaf, String text, boolean plain, boolean whole) {
        boolean numeric = NUMBER.matcher(text).matches() && text.length() <= 32;
        if (!plain || !numeric || (whole && !isWhole(text))) {
            String words = (whole ? "a whole number" : "a number");
            String got = plain ? quoted(text) : "text in quotes";
            return new Bad(Code.WRONG_TYPE, "expected " + words + ", got " + got, nearestNumber(leaf, text, whole));
        }
        var value = new BigDecimal(text);
        var least = new BigDecimal(leaf.least());
        var most = new BigDecimal(leaf.most());
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            return new Bad(
                    Code.OUT_OF_RANGE,
                    text + " is out of range " + leaf.least() + ".." + leaf.most(),
                    within(value, least, most, whole).toPlainString());
        }
        return new Good(whole ? (Object) value.intValueExact() : (Object) value.doubleValue());
    }

    private static boolean isWhole(String text) {
        return WHOLE.matcher(text).matches();
    }

    private static @Nullable String nearestNumber(Leaf leaf, String text, boolean whole) {
        var digits = Pattern.compile("-?\\d+([.,]\\d+)?").matcher(text);
        if (!digits.find() || digits.group().length() > 18) {
            return null;
        }
        var value = new BigDecimal(digits.group().replace(',', '.'));
        if (text.contains("%")) {
            value = value.movePointLeft(2);
        }
        if (whole && value.stripTrailingZeros().scale() > 0) {
            value = value.setScale(0, java.math.RoundingMode.HALF_UP);
        }
        return within(value, new BigDecimal(leaf.least()), new BigDecimal(leaf.most()), whole)
                .stripTrailingZeros()
                .toPlainString();
    }

    /// The same digits with the sign or the point elsewhere, where that is in range; else the bound.
    private static BigDecimal within(BigDecimal value, BigDecimal least, BigDecimal most, boolean whole) {
        var candidates = new ArrayList<>(List.of(value, value.negate()));
        if (!whole) {
            candidates.add(value.movePointLeft(2));
            candidates.add(value.movePointLeft(1));
        }
        return candidates.stream()
                .filter(candidate -> candidate.compareTo(least) >= 0 && candidate.compareTo(most) <= 0)
                .findFirst()
                .orElse(value.compareTo(least) < 0 ? least : most);
    }

    private static Reading flag(String text, boolean plain) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (plain && SPECIAL.matcher(text).matches() && (lower.equals("true") || lower.equals("false"))) {
            return new Good(lower.equals("true"));
        }
        String suggestion = switch (lower) {
            case "yes", "y", "on", "1", "enabled", "t" -> "true";
            case "no", "n", "off", "0", "disabled", "f" -> "false";
            default -> Spelling.nearest(lower, List.of("true", "false")).orElse(null);
        };
        String got = plain ? quoted(text) : "text in quotes";
        return new Bad(Code.WRONG_TYPE, "expected true or false, got " + got, suggestion);
    }

    private static Reading text(Leaf leaf, String text, boolean plain) {
        if (plain && (NUMBER.matcher(text).matches() || SPECIAL.matcher(text).matches())) {
            return new Bad(
                    Code.WRONG_TYPE, "expected text, but " + text + " without quotes is not text", '"' + text + '"');
        }
        if (!leaf.text().allows(text)) {
            String guess = leaf.text() == dev.lifeboat.policy.Text.KIND
                    ? Optional.ofNullable(SHORT_KINDS.get(text))
                            .or(() -> Spelling.nearest(text, leaf.known()))
                            .orElse(null)
                    : nearestText(leaf, text);
            return new Bad(
                    Code.BAD_TEXT,
                    text.isEmpty()
                            ? "may not be empty"
                            : quoted(text) + " is not " + leaf.text().words(),
                    guess);
        }
        return known(leaf, text);
    }

    /// The same letters and digits, with whatever may not stand between or around them put right.
    private static @Nullable String nearestText(Leaf leaf, String text) {
        String dashed = text.strip().replace('_', '-').replace(' ', '-');
        String bare = dashed.replaceAll("[^A-Za-z0-9./*?-]+", "-").replaceAll("^[^A-Za-z0-9*]+|[^A-Za-z0-9*]+$", "");
        String oneSlash = bare.replaceAll("(?<=/[^/]{0,60})/", "-");
        return Stream.of(dashed, "/" + text, bare, oneSlash, oneSlash.replace('/', '-'), bare.replaceAll("[*?]", ""))
                .flatMap(guess -> Stream.of(guess, guess.toLowerCase(Locale.ROOT)))
                .filter(guess -> !guess.isEmpty() && leaf.text().allows(guess))
                .findFirst()
                .orElse(null);
    }

    private static Reading known(Leaf leaf, String text) {
        if (leaf.known().isEmpty() || leaf.known().contains(text)) {
            return new Good(text);
        }
        // Custom kinds and features are free, but nobody names theirs one slip away from a well-known one.
        return leaf.known().stream()
                .filter(word -> Spelling.alike(text, word)
                        || (word.length() > 4 && Spelling.distance(text, word) <= (word.length() > 7 ? 2 : 1)))
                .min(java.util.Comparator.comparingInt(word -> Spelling.distance(text, word)))
                .<Reading>map(word -> new Bad(Code.NOT_A_CHOICE, quoted(text) + " is not known", word))
                .orElse(new Good(text));
    }

    private static Reading moment(String text) {
        try {
            return new Good(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException _) {
            return new Bad(Code.BAD_TEXT, quoted(text) + " is not a time such as 2026-01-31T08:00:00Z", null);
        }
    }

    /// Shortened, so that a message stays one line.
    static String quoted(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return '"' + (line.length() > 60 ? line.substring(0, 57) + "..." : line) + '"';
    }
}
