package dev.lifeboat.edge.policyfile;

import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// A second set of slips, with edit operators of its own: words replaced by what fingers or other tools would
/// make of them, values, expressions and ladders that cannot be meant.
final class StrangersMutants extends Slips {
    private static final Pattern KEY = Pattern.compile("(?<=^|[\\s{,])([A-Za-z]\\w*)(?=:(?: |$))", Pattern.MULTILINE);
    private static final Pattern DURATION = Pattern.compile("(?<=: )(\\d+)([smh])(?=[,}\\s])");
    private static final Pattern BYTES = Pattern.compile("(?<=: )(\\d+)(Mi|Gi)(?=[,}\\s])");

    StrangersMutants(RandomGenerator random) {
        super(random);
        kind("misspelt key", this::misspeltKey);
        kind("misspelt word", this::misspeltWord);
        kind("unit", this::unit);
        kind("type", this::type);
        kind("head", this::head);
        kind("expression", this::expression);
        kind("sense", this::sense);
        kind("selector", this::selector);
    }

    private Optional<Mutants.Mutant> misspeltKey() {
        return pick(KEY).filter(match -> match.group().length() > 2).flatMap(match -> {
            String key = match.group();
            String slip = fingers(key);
            return slip.equals(key) || isFree(match) ? Optional.empty() : replace(match, slip, key);
        });
    }

    private Optional<Mutants.Mutant> misspeltWord() {
        String words =
                "Enforce|Observe|SpotInterruption|NodeDrain|RebalanceRecommendation|ScheduledMaintenance|NextRung|Incremental"
                        + "|Close|AllOrNothing|AffectedMembers|WholeGroup|SameZone|AnyZone|PreferSameZone|Strict|Required"
                        + "|ColdStart|Hold|Delete|Keep|on-demand|spot|POST|GET|SIGUSR1|Continue|Proceed";
        return pick(Pattern.compile("(?<=[\\s\\[])(?:" + words + ")(?=[\\],}\\s])"))
                .flatMap(match -> {
                    String word = match.group();
                    String slip = any(
                            fingers(word),
                            word.toLowerCase(java.util.Locale.ROOT),
                            word.toUpperCase(java.util.Locale.ROOT),
                            word.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(java.util.Locale.ROOT),
                            word.replaceAll("([a-z])([A-Z])", "$1 $2"),
                            word + "s");
                    return (" " + words.replace('|', ' ') + " ").contains(" " + slip + " ")
                            ? Optional.empty()
                            : replace(match, slip, word);
                });
    }

    private Optional<Mutants.Mutant> unit() {
        if (random.nextInt(4) == 0) {
            return pick(BYTES).flatMap(match -> {
                String number = match.group(1);
                char unit = match.group(2).charAt(0);
                return replace(
                        match,
                        any(
                                number + unit + "B",
                                number + unit + "ib",
                                number + " " + unit + "iB",
                                number + (unit == 'M' ? " megabytes" : " gigabytes"),
                                number + unit + "bps",
                                number + (unit == 'M' ? "mib" : "gib")),
                        match.group());
            });
        }
        return pick(DURATION).flatMap(match -> {
            String number = match.group(1);
            String unit = match.group(2);
            String spelt = unit.equals("s") ? "second" : unit.equals("m") ? "minute" : "hour";
            return replace(
                    match,
                    any(
                            number + " " + unit,
                            number + spelt,
                            number + " " + spelt + "s",
                            "PT" + number + unit.toUpperCase(java.util.Locale.ROOT),
                            unit + number,
                            "\"" + number + " " + unit + "\"",
                            number + unit + unit,
                            number + "\u00a0" + unit,
                            number + "." + unit,
                            number + "_" + unit),
                    match.group());
        });
    }

    private Optional<Mutants.Mutant> type() {
        return switch (random.nextInt(7)) {
            case 0 ->
                pick(Pattern.compile("(?<=(?:priority|keepLast|maxConcurrent|port): )\\d+"))
                        .flatMap(match -> replace(
                                match, any("\"" + match.group() + "\"", "'" + match.group() + "'"), match.group()));
            case 1 ->
                pick(Pattern.compile("(?<=(?:thenStop|matchModel): )(true|false)"))
                        .flatMap(match -> replace(
                                match,
                                match.group().equals("true")
                                        ? any("yes", "1", "'true'", "Yes", "enabled")
                                        : any("no", "0", "off", "\"false\""),
                                match.group()));
            case 2 ->
                pick(Pattern.compile(
                                "(?<=(?:triggers|capacityTypes|containers|command|require|stores): )\\[([^\\[\\],]+)(?:, [^\\[\\]]*)?]"))
                        .flatMap(match -> replace(match, match.group(1), "[" + match.group(1) + "]"));
            case 3 ->
                pick(Pattern.compile(
                                "(?<=^  (?:store|window|value|budget|retention|restore|preDump|target): )\\{.*}(?=\\n)",
                                Pattern.MULTILINE))
                        .flatMap(match -> replace(match, any("none", "default", "[]", "true"), ""));
            case 4 ->
                pick(Pattern.compile("(?<=(?:maxFreeze|gracePeriod|timeout|every|ttl|reserve): )\\w+"))
                        .flatMap(match -> replace(
                                match,
                                any("{value: " + match.group() + "}", "[" + match.group() + "]"),
                                match.group()));
            case 5 ->
                pick(Pattern.compile(
                                "(?<=(?:maxFreeze|gracePeriod|timeout|every|ttl|startWithin|confidence|priority): )[\\w.]+"))
                        .flatMap(match -> replace(match, any("~", "null", "true", "soon"), ""));
            default ->
                pick(Pattern.compile("(?<=workloads: )\\[(\\{[^{}]*})]"))
                        .flatMap(match -> replace(match, match.group(1), "- "));
        };
    }

    private Optional<Mutants.Mutant> head() {
        if (random.nextBoolean()) {
            return pick(Pattern.compile("lifeboat\\.dev/v1alpha1"))
                    .flatMap(match -> replace(
                            match,
                            any(
                                    "lifeboat.dev/v1",
                                    "v1alpha1",
                                    "lifeboat.dev/v1alpha2",
                                    "lifeboat.dev/v1beta1",
                                    "lifeboat.io/v1alpha1",
                                    "lifeboat/v1alpha1",
                                    "lifeboat.dev/V1alpha1",
                                    "lifeboat.dev"),
                            "lifeboat.dev/v1alpha1"));
        }
        return pick(Pattern.compile("(?<=^kind: )\\w+", Pattern.MULTILINE))
                .flatMap(match -> replace(
                        match,
                        any(
                                "Evacuation",
                                "Policy",
                                "evacuationpolicy",
                                "EvacuationPolicies",
                                "EvictionPolicy",
                                "EvacuationPolcy",
                                "Evacuation_Policy",
                                "EvacuatePolicy"),
                        "EvacuationPolicy"));
    }

    private Optional<Mutants.Mutant> expression() {
        return switch (random.nextInt(10)) {
            case 0 -> swap("&&", any("and", "&", "AND"), "&&");
            case 1 -> swap(" == ", any(" = ", " === ", " eq "), "==");
            case 2 ->
                swap(
                        "workload\\.ready",
                        any("workload.isReady", "workload.redy", "workloads.ready", "worklod.ready"),
                        "");
            case 3 ->
                swap("pod\\.restarts", any("pod.restart", "pod.restartCount", "pods.restarts", "pod.restarts()"), "");
            case 4 ->
                swap("estimate\\.p9[59]", any("estimate.p90", "estimates.p95", "estimate.P95", "estimate.p95th"), "");
            case 5 -> swap("window\\.usable", any("window.useable", "window.usabel", "windw.usable", "usable"), "");
            case 6 -> swap("(?<=duration\\()'\\d+[sm]'", any("45s", "'45 s'", "45", "\"45sec\""), "");
            case 7 ->
                swap(
                        "(?<=when: )workload\\.ready(?= &&)",
                        any("(workload.ready", "workload.ready)", "!(workload.ready"),
                        "");
            case 8 -> swap("< [35]", any("< '5'", "< 5s", "< 5.0", "< true", "< \"5\""), "");
            default -> swap("(?<=['\"])\\)(?=\\s*(&&|\\n))", any("", "))"), "");
        };
    }

    /// Readable, of the right shape, and not what anybody means.
    private Optional<Mutants.Mutant> sense() {
        return switch (random.nextInt(8)) {
            case 0 -> swap("(?<=reserve: )\\d+s", any("30m", "10m", "45m"), "");
            case 1 -> swap("(?<=maxCpu: )\\d+m", any("250 m", "25%", "0.3cores"), "");
            case 2 -> swap("(?<=confidence: )0\\.\\d+", any("95", "1.5", "0.2", "99%", "95%", "-0.9"), "0.");
            case 3 -> swap("(?<=priority: )[1-9]\\d+", any("10000", "-5", "7.5", "high", "1e9"), "");
            case 4 -> swap("(?<=maxDirtyRatio: )0\\.\\d+", any("40", "40%", "1.4", "-0.4"), "0.");
            case 5 -> swap("(?<=port: )\\d+", any("0", "80800", "http", "-1"), "");
            case 6 -> swap("(?<=keepLast: )\\d+", any("0", "-1", "1000"), "");
            default -> swap("(?<=maxFreeze: )\\d+m?s", "45m", "");
        };
    }

    private Optional<Mutants.Mutant> selector() {
        return switch (random.nextInt(7)) {
            case 0 -> swap("(?<=operator: )In", any("in", "Inn", "Equals", "IsIn", "=="), "In");
            case 1 -> swap("(?<=values: )\\[gold, silver]", any("gold", "[]", "{gold: true}"), "");
            case 2 -> swap("(?<=matchLabels: )\\{[^{}]*}", any("[app]", "app=web", "- app: web"), "");
            case 3 ->
                swap(
                        "(?<=(?:part-of|component|tier|kubernetes.io/name): )[a-z][\\w-]*",
                        any("[web, api]", "{in: web}", "\"two words\"", "-web-"),
                        "");
            case 4 ->
                swap(
                        "app\\.kubernetes\\.io/(part-of|component|name)(?=: )",
                        any("\"app kubernetes\"", "/part-of", "app.kubernetes.io/", "a/b/c", "-app"),
                        "");
            case 5 ->
                swap(
                        "(?<=kind: )(StatefulSet|JobSet|Job|Deployment)(?=[,}\\n])",
                        any("statefulset", "sts", "StatefulSets", "Statefulset", "Stateful Set"),
                        "Set");
            default ->
                swap(
                        "(?<=name: )(cart-redis|cfd-\\*|ledger-\\*)(?=[,}\\n])",
                        any("Cart_Redis", "cart redis", "cart/redis", "(cart|redis)"),
                        "");
        };
    }
}
