package dev.lifeboat.alerts;

import dev.lifeboat.alerts.Rules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A rule with one mistake in it.
///
/// @param what was changed
record Mutant(String what, Rule rule) {
    private static final Pattern COMPARISON = Pattern.compile(" ([<>]) (?=[0-9a-z])");
    private static final Pattern THRESHOLD = Pattern.compile("(?<=[<>] )([0-9]+(?:\\.[0-9]+)?)");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(=~|!~|!=|=)\"([^\"]*)\",? ?");
    private static final Pattern WINDOW = Pattern.compile("\\[([0-9]+)([smhd])]");
    private static final Pattern BY = Pattern.compile("(?<=by \\()([a-z, ]+)(?=\\))");
    private static final Pattern WAIT = Pattern.compile("([0-9]+)([smhd])");
    private static final Pattern EITHER = Pattern.compile(" (?:or|and on\\(\\)|unless on\\(\\)) ");

    /// Everything that is tried on a rule. Left out is what means the same:
    ///
    /// - `>` for `>=` beside a threshold that counts of whole things never meet, such as 1.5;
    /// - `sum` for `max` where only more than nothing is asked for.
    static List<Mutant> of(Rule rule) {
        var mutants = new ArrayList<Mutant>();
        mutants.add(new Mutant("never", rule.with("vector(0) > 1")));
        mutants.add(new Mutant("always", rule.with("vector(1)")));
        comparisons(rule, mutants);
        thresholds(rule, mutants);
        matchers(rule, mutants);
        windows(rule, mutants);
        labels(rule, mutants);
        branches(rule, mutants);
        waits(rule, mutants);
        return mutants;
    }

    private static void comparisons(Rule rule, List<Mutant> mutants) {
        for (MatchResult it : found(COMPARISON, rule.expression())) {
            String sign = it.group(1);
            mutants.add(changed(rule, it, sign.equals(">") ? " < " : " > ", "flipped"));
            String rest = rule.expression().substring(it.end());
            if (!rest.startsWith("1.5") && !rest.startsWith("19.5")) {
                mutants.add(changed(rule, it, " " + sign + "= ", "boundary"));
            }
        }
    }

    private static void thresholds(Rule rule, List<Mutant> mutants) {
        for (MatchResult it : found(THRESHOLD, rule.expression())) {
            double threshold = Double.parseDouble(it.group());
            if (threshold == 0) {
                mutants.add(changed(rule, it, "1.5", "threshold"));
            } else {
                mutants.add(changed(rule, it, Double.toString(threshold * 2), "threshold doubled"));
                mutants.add(changed(rule, it, Double.toString(threshold / 2), "threshold halved"));
            }
        }
    }

    private static void matchers(Rule rule, List<Mutant> mutants) {
        for (MatchResult it : found(MATCHER, rule.expression())) {
            mutants.add(changed(rule, it, "", "selector dropped"));
            List<String> values = List.of(it.group(3).split("\\|", -1));
            for (String value : values.size() > 1 ? values : List.<String>of()) {
                var others =
                        values.stream().filter(other -> !other.equals(value)).toList();
                String matcher = it.group().replace(it.group(3), String.join("|", others));
                mutants.add(changed(rule, it, matcher, "'" + value + "' dropped"));
            }
        }
    }

    private static void windows(Rule rule, List<Mutant> mutants) {
        for (MatchResult it : found(WINDOW, rule.expression())) {
            long seconds = seconds(it);
            mutants.add(changed(rule, it, "[" + seconds / 2 + "s]", "window halved"));
            mutants.add(changed(rule, it, "[" + seconds * 2 + "s]", "window doubled"));
        }
    }

    private static void labels(Rule rule, List<Mutant> mutants) {
        for (MatchResult it : found(BY, rule.expression())) {
            List<String> labels = List.of(it.group().split(", ", -1));
            for (String label : labels) {
                var others =
                        labels.stream().filter(other -> !other.equals(label)).toList();
                mutants.add(changed(rule, it, String.join(", ", others), "label '" + label + "' dropped"));
            }
        }
    }

    private static void branches(Rule rule, List<Mutant> mutants) {
        for (MatchResult it : found(EITHER, rule.expression())) {
            mutants.add(
                    new Mutant("right side dropped", rule.with(rule.expression().substring(0, it.start()))));
            mutants.add(
                    new Mutant("left side dropped", rule.with(rule.expression().substring(it.end()))));
        }
    }

    private static void waits(Rule rule, List<Mutant> mutants) {
        String wait = rule.pending();
        if (wait != null) {
            long seconds = seconds(found(WAIT, wait).getFirst());
            mutants.add(new Mutant("does not wait", rule.waiting(null)));
            mutants.add(new Mutant("waits twice as long", rule.waiting(seconds * 2 + "s")));
        }
    }

    private static Mutant changed(Rule rule, MatchResult it, String other, String what) {
        String expression = rule.expression();
        String changed = expression.substring(0, it.start()) + other + expression.substring(it.end());
        return new Mutant(what + " at " + it.start(), rule.with(changed));
    }

    private static List<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    private static long seconds(MatchResult duration) {
        long unit = switch (duration.group(2)) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3_600;
            default -> 86_400;
        };
        return Long.parseLong(duration.group(1)) * unit;
    }
}
