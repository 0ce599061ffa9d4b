package dev.lifeboat.edge.policyfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A second set of slips, with edit operators of its own: whole lines moved, dropped and indented anew, tokens replaced
/// by what other tools would take, expressions and ladders that cannot be meant.
final class StrangersMutants {
    private static final Pattern KEY = Pattern.compile("(?<=^|[\\s{,])([A-Za-z]\\w*)(?=:(?: |$))", Pattern.MULTILINE);
    private static final Pattern DURATION = Pattern.compile("(?<=: )(\\d+)([smh])(?=[,}\\s])");
    private static final Pattern BYTES = Pattern.compile("(?<=: )(\\d+)(Mi|Gi)(?=[,}\\s])");
    private static final String NEIGHBOURS = "qwertyuiop asdfghjkl zxcvbnm";

    private static final String KITCHEN = """
            apiVersion: lifeboat.dev/v1alpha1
            kind: EvacuationPolicy
            metadata:
              name: everything
              namespace: shop
              labels: {team: checkout}
            spec:
              mode: Enforce
              match:
                workloads:
                  - kind: StatefulSet
                    name: ledger-*
                  - kind: Deployment
                    name: cart
                podSelector:
                  matchLabels:
                    app.kubernetes.io/name: ledger
                  matchExpressions:
                    - key: tier
                      operator: In
                      values: [gold, silver]
                containers: [ledger]
                exclude: [{kind: Deployment, name: "*-canary"}]
              triggers:
                - SpotInterruption
                - NodeDrain
              value:
                priority: 750
                costPerLostMinute: 3.5
              window:
                reserve: 12s
                confidence: 0.97
                onOverrun: NextRung
                assume: {NodeDrain: 5m}
              group:
                by: metadata.labels['app.kubernetes.io/instance']
                consistency: AllOrNothing
                barrier: {timeout: 6s, onTimeout: Proceed}
                scope: WholeGroup
              ladder:
                - name: live
                  checkpoint:
                    mode: Incremental
                    maxFreeze: 2500ms
                    tcp: Close
                  when: workload.ready && pod.restarts < 3 && estimate.p95 < duration('40s')
                  hooks:
                    before:
                      exec: {command: [/bin/flush, --all]}
                      timeout: 4s
                      onFailure: Continue
                - name: own-snapshot
                  appHook:
                    signal: SIGUSR1
                    timeout: 40s
                    thenStop: true
                  when: window.usable > duration('45s')
                - name: stop
                  drain:
                    gracePeriod: 20s
              preDump:
                every: 45s
                maxDirtyRatio: 0.35
                maxCpu: 300m
                maxBandwidth: 32Mi
              target:
                capacityTypes: [on-demand]
                topology: PreferSameZone
                nodeSelector: {disk: ssd}
                cpu: {compatibility: Required, require: [avx2]}
                devices: {matchModel: false}
              restore:
                startWithin: 90s
                fallback: Hold
                verify:
                  http: {port: 9000, path: /ready, method: GET}
                  timeout: 8s
              store:
                ref: s3-main
                encryption:
                  kms: alias/ledger
              retention:
                keepLast: 3
                ttl: 48h
                onSuccess: Keep
              budget:
                maxConcurrent: 12
                maxConcurrentPerNode: 2
                maxStoreBytes: 500Gi
            """;

    private final RandomGenerator random;
    private final List<String> originals = new ArrayList<>(Mutants.originals());
    private final Map<String, Supplier<Optional<Mutants.Mutant>>> kinds = new LinkedHashMap<>();
    private String text = "";
    private String kind = "";

    StrangersMutants(RandomGenerator random) {
        this.random = random;
        originals.add(KITCHEN);
        originals.add(Mutants.block(KITCHEN));
        kinds.put("misspelt key", this::misspeltKey);
        kinds.put("misspelt word", this::misspeltWord);
        kinds.put("unit", this::unit);
        kinds.put("type", this::type);
        kinds.put("indentation", this::indentation);
        kinds.put("twice", this::twice);
        kinds.put("missing", this::missing);
        kinds.put("head", this::head);
        kinds.put("expression", this::expression);
        kinds.put("sense", this::sense);
        kinds.put("selector", this::selector);
        kinds.put("punctuation", this::punctuation);
        kinds.put("moved block", this::movedBlock);
        kinds.put("list and map", this::listAndMap);
    }

    List<String> kinds() {
        return List.copyOf(kinds.keySet());
    }

    Optional<Mutants.Mutant> next(String wanted) {
        text = originals.get(random.nextInt(originals.size()));
        kind = wanted;
        return java.util.Objects.requireNonNull(kinds.get(wanted)).get();
    }

    /// The whole, for the test that it has no fault of its own.
    static String kitchen() {
        return KITCHEN;
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
                            number + unit + unit),
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

    /// A line of a block in the wrong column, or a whole block one level off.
    private Optional<Mutants.Mutant> indentation() {
        List<String> lines = text.lines().toList();
        int at = random.nextInt(lines.size());
        String line = lines.get(at);
        int indent = indent(line);
        if (indent < 2 || line.strip().startsWith("#") || line.strip().startsWith("-")) {
            return Optional.empty();
        }
        int before = at == 0 ? -1 : indent(lines.get(at - 1));
        int after = at + 1 == lines.size() ? 0 : indent(lines.get(at + 1));
        int by = random.nextInt(3) - 1;
        if (by == 0) {
            // A space too many or too few, between two lines of its own level.
            int odd = indent + (random.nextBoolean() ? 1 : -1);
            return before != indent
                            || after != indent
                            || lines.get(at - 1).strip().endsWith(":")
                    ? Optional.empty()
                    : line(lines, at, " ".repeat(odd) + line.strip(), at, "");
        }
        int moved = indent + 2 * by;
        boolean deeper =
                by > 0 && before == indent && !lines.get(at - 1).strip().startsWith("-");
        boolean shallower = by < 0 && before == indent && after < indent && indent > 4;
        if ((!deeper && !shallower) || line.strip().endsWith(":")) {
            return Optional.empty();
        }
        String key = line.strip().replaceFirst(":.*", "");
        return line(lines, at, " ".repeat(moved) + line.strip(), at, shallower ? key : "");
    }

    private Optional<Mutants.Mutant> twice() {
        if (random.nextBoolean()) {
            return pick(Pattern.compile("(?<=\\{)(\\w+): ([^{}\\[\\],]+)(?=, )"))
                    .flatMap(match -> isFree(match)
                            ? Optional.empty()
                            : replace(match, match.group() + ", " + match.group(), "remove"));
        }
        List<String> lines = text.lines().toList();
        List<Integer> tops = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).matches(" {2}(mode|triggers|value|restore|budget|preDump|window|retention): ?.*")) {
                tops.add(i);
            }
        }
        int from = tops.isEmpty() ? -1 : tops.get(random.nextInt(tops.size()));
        if (from < 0) {
            return Optional.empty();
        }
        var copy = new ArrayList<>(lines);
        copy.addAll(lines.subList(from, endOf(lines, from)));
        return Optional.of(new Mutants.Mutant(kind, String.join("\n", copy) + "\n", lines.size() + 1, "remove"));
    }

    /// What is required, left out: wanted on the line of the block that lacks it.
    private Optional<Mutants.Mutant> missing() {
        return switch (random.nextInt(4)) {
            case 0 -> swap("(?<=encryption: )\\{kms: [\\w-/]+}", "{}", "kms");
            case 1 -> swap("(?<=store: \\{)ref: [\\w-]+, ", "", "ref");
            case 2 -> swap("(?<=\\{)port: \\d+, ", "", "port");
            default -> missingBlock();
        };
    }

    private Optional<Mutants.Mutant> missingBlock() {
        List<String> lines = text.lines().toList();
        int at = random.nextInt(lines.size());
        var top = Pattern.compile("^(apiVersion|kind|metadata|spec)?( {2}(match|triggers|ladder))?:.*")
                .matcher(lines.get(at));
        if (!top.matches() || lines.get(at).startsWith("spec")) {
            return Optional.empty();
        }
        String key = lines.get(at).strip().replaceFirst(":.*", "");
        var rest = new ArrayList<>(lines.subList(0, at));
        rest.addAll(lines.subList(endOf(lines, at), lines.size()));
        int owner = 0;
        while (rest.get(owner).startsWith("#")) {
            owner++;
        }
        for (int i = 0; lines.get(at).startsWith("  ") && i < rest.size(); i++) {
            owner = rest.get(i).startsWith("spec:") ? i : owner;
        }
        return Optional.of(new Mutants.Mutant(kind, String.join("\n", rest) + "\n", owner + 1, key + ":"));
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
            default -> firstRungTakesAll();
        };
    }

    private Optional<Mutants.Mutant> firstRungTakesAll() {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().equals("ladder:") && !lines.get(i + 1).contains("polite-exit")) {
                int indent = indent(lines.get(i + 1));
                var changed = new ArrayList<>(lines);
                changed.add(i + 1, " ".repeat(indent) + "- {name: first-out, drain: {gracePeriod: 1s}}");
                return Optional.of(new Mutants.Mutant(kind, String.join("\n", changed) + "\n", i + 3, "first-out"));
            }
        }
        return Optional.empty();
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

    private Optional<Mutants.Mutant> punctuation() {
        List<String> lines = text.lines().toList();
        int at = random.nextInt(lines.size());
        String line = lines.get(at);
        if (line.strip().startsWith("#") || line.isBlank()) {
            return Optional.empty();
        }
        return switch (random.nextInt(9)) {
            case 0 -> edit(lines, at, line.replaceFirst("^(\\s*(?:- )?\\w+): (?=\\w)", "$1 "));
            case 1 -> edit(lines, at, line.replaceFirst("^(\\s*(?:- )?\\w+): (?=\\w)", "$1:"));
            case 2 -> edit(lines, at, line.replaceFirst("^(\\s*(?:- )?\\w+): (?=\\w)", "$1 = "));
            case 3 -> edit(lines, at, line.replaceFirst("^(\\s*)- (?=\\w)", "$1-"));
            case 4 -> edit(lines, at, line.replaceFirst("^ {2,}(?=\\w)", "\t"));
            case 5 -> edit(lines, at, line.replaceFirst("(?<=: )([A-Za-z][\\w-]*)$", any("\"$1", "$1\"", "'$1")));
            case 6 -> edit(lines, at, line.replaceFirst("[}\\]]([}\\],]*)$", "$1"));
            case 7 -> edit(lines, at, line.replaceFirst("(?<=: )([{\\[])", ""));
            default -> edit(lines, at, line.replaceFirst("(?<=\\w), (?=\\w+: )", " "));
        };
    }

    /// A whole block one level up or down, with all that is in it.
    private Optional<Mutants.Mutant> movedBlock() {
        List<String> lines = text.lines().toList();
        int at = random.nextInt(lines.size());
        if (!lines.get(at).matches(" {2}(window|value|group|preDump|target|restore|store|retention|budget|match):.*")) {
            return Optional.empty();
        }
        boolean up = random.nextBoolean();
        boolean inner =
                lines.get(at - 1).startsWith("    ") && !lines.get(at - 1).startsWith("    -");
        int end = endOf(lines, at);
        if ((up && end < lines.size()) || (!up && !inner)) {
            return Optional.empty();
        }
        var changed = new ArrayList<>(lines);
        for (int i = at; i < end; i++) {
            changed.set(i, up ? lines.get(i).substring(2) : "  " + lines.get(i));
        }
        String key = lines.get(at).strip().replaceFirst(":.*", "");
        return Optional.of(new Mutants.Mutant(kind, String.join("\n", changed) + "\n", at + 1, key));
    }

    private Optional<Mutants.Mutant> listAndMap() {
        List<String> lines = text.lines().toList();
        int at = random.nextInt(lines.size());
        String line = lines.get(at);
        String after = switch (random.nextInt(4)) {
            case 0 ->
                line.replaceFirst(
                        "^( {2,})(store|window|value|restore|budget|encryption|checkpoint|drain|verify|barrier|metadata):",
                        "$1- $2:");
            case 1 -> line.replaceFirst("(?<=: )\\{(\\w+: [^{}]*)}$", "[$1]");
            case 2 -> line.replaceFirst("(?<=: )([\\w-]+)$", any("*unknown", "&anchor [$1]", "{$1}"));
            default -> line.replaceFirst("(?<=: )\\[([\\w-]+)(, [\\w-]+)*]", "{$1: true}");
        };
        return edit(lines, at, after);
    }

    private Optional<Mutants.Mutant> edit(List<String> lines, int at, String after) {
        return after.equals(lines.get(at)) ? Optional.empty() : line(lines, at, after, at, "");
    }

    private Optional<Mutants.Mutant> line(List<String> lines, int at, String after, int place, String advice) {
        var changed = new ArrayList<>(lines);
        changed.set(at, after);
        return Optional.of(new Mutants.Mutant(kind, String.join("\n", changed) + "\n", place + 1, advice));
    }

    private Optional<Mutants.Mutant> swap(String pattern, String slip, String advice) {
        return pick(Pattern.compile(pattern, Pattern.MULTILINE)).flatMap(match -> replace(match, slip, advice));
    }

    private Optional<Mutants.Mutant> replace(MatchResult match, String slip, String advice) {
        if (slip.equals(match.group())) {
            return Optional.empty();
        }
        int line = (int) text.substring(0, match.start())
                        .chars()
                        .filter(c -> c == '\n')
                        .count()
                + 1;
        String changed = text.substring(0, match.start()) + slip + text.substring(match.end());
        return Optional.of(new Mutants.Mutant(kind, changed, line, advice));
    }

    private Optional<MatchResult> pick(Pattern pattern) {
        List<MatchResult> all = pattern.matcher(text)
                .results()
                .filter(match -> !lineAt(match).strip().startsWith("#"))
                .toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    /// Keys of labels and of other tables are free: any word will do.
    private boolean isFree(MatchResult match) {
        String line = lineAt(match);
        return line.contains("matchLabels: {")
                || line.contains("nodeSelector: {")
                || line.contains("labels: {")
                || line.matches("\\s*(app\\.kubernetes\\.io/.*|tier|disk|team|lifeboat\\.dev/trial): .*");
    }

    private String lineAt(MatchResult match) {
        int from = text.lastIndexOf('\n', Math.max(0, match.start() - 1)) + 1;
        int to = text.indexOf('\n', match.start());
        return text.substring(from, to < 0 ? text.length() : to);
    }

    /// A neighbouring key of the keyboard, a doubled, dropped or exchanged letter, a wrong case.
    private String fingers(String word) {
        int at = 1 + random.nextInt(Math.max(1, word.length() - 1));
        char hit = Character.toLowerCase(word.charAt(Math.min(at, word.length() - 1)));
        int place = NEIGHBOURS.indexOf(hit);
        char beside = place < 0 || place + 1 >= NEIGHBOURS.length() ? 'x' : NEIGHBOURS.charAt(place + 1);
        String tail = word.substring(Math.min(word.length(), at + 1));
        return switch (random.nextInt(6)) {
            case 0 -> word.substring(0, at) + (beside == ' ' ? 'x' : beside) + tail;
            case 1 -> word.substring(0, at) + hit + hit + tail;
            case 2 -> word.substring(0, at) + tail;
            case 3 ->
                at + 1 < word.length()
                        ? word.substring(0, at) + word.charAt(at + 1) + word.charAt(at) + word.substring(at + 2)
                        : word + word.charAt(0);
            case 4 ->
                Character.isUpperCase(word.charAt(0))
                        ? Character.toLowerCase(word.charAt(0)) + word.substring(1)
                        : Character.toUpperCase(word.charAt(0)) + word.substring(1);
            default -> word.substring(0, at) + (beside == ' ' ? 'x' : beside) + word.substring(at);
        };
    }

    private static int endOf(List<String> lines, int from) {
        int indent = indent(lines.get(from));
        int end = from + 1;
        while (end < lines.size()
                && (indent(lines.get(end)) > indent || lines.get(end).startsWith(" ".repeat(indent) + "- "))) {
            end++;
        }
        return end;
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    private String any(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
