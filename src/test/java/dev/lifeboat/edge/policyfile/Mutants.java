package dev.lifeboat.edge.policyfile;

import dev.lifeboat.Drawn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/// Slips that people make in policy files, made on purpose in valid ones.
final class Mutants {
    private static final Pattern KEY = Pattern.compile("(?<=^|[\\s{,])([A-Za-z]\\w*):(?= |$)", Pattern.MULTILINE);
    private static final Pattern DURATION =
            Pattern.compile("(?<=[A-Za-z]: )(\\d+)(s|m|h)(?=[,}\\s])", Pattern.MULTILINE);
    private static final Pattern QUANTITY =
            Pattern.compile("(?<=[A-Za-z]: )(\\d+)(Mi|Gi)(?=[,}\\s])", Pattern.MULTILINE);
    private static final Pattern NUMBER = Pattern.compile(
            "(?<=(?:priority|confidence|maxDirtyRatio|maxConcurrent|keepLast|port|maxConcurrentPerNode): )([\\d.]+)(?=[,}\\s])");
    private static final Pattern CEL = Pattern.compile("(?:when|doneWhen|by): (.*)$", Pattern.MULTILINE);
    private static final Pattern BLOCK_LEAF =
            Pattern.compile("^( {4,})([A-Za-z]\\w*): (?!\\{|\\[)(\\S.*)$", Pattern.MULTILINE);

    private final RandomGenerator random;
    private final List<String> originals;
    private final Set<String> keys = new HashSet<>();
    private final Set<String> words = new HashSet<>();

    Mutants(RandomGenerator random) {
        this.random = random;
        this.originals = originals();
        collect(Documents.POLICY);
    }

    /// @param line of the slip, from 1
    /// @param suggestion what the first advice has to contain; empty for any advice at all
    record Mutant(String kind, String text, int line, String suggestion) {}

    enum Kind {
        TYPO_IN_KEY,
        TYPO_IN_WORD,
        WRONG_UNIT,
        WRONG_NESTING,
        DUPLICATE_KEY,
        WRONG_TYPE,
        OUT_OF_RANGE,
        BROKEN_CEL,
        BROKEN_YAML
    }

    /// The shipped policies, as they are and in block style.
    static List<String> originals() {
        try (Stream<Path> files = Files.list(Drawn.top().resolve("policies"))) {
            var texts = new ArrayList<String>();
            for (Path file : files.filter(path -> path.toString().endsWith(".yaml")
                            && !path.toString().contains(".cases."))
                    .sorted()
                    .toList()) {
                String text = Files.readString(file);
                texts.add(text);
                texts.add(block(text));
            }
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String block(String text) {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(text);
        var settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setIndicatorIndent(2)
                .setIndentWithIndicator(true)
                .setWidth(200)
                .build();
        return new Dump(settings).dumpToString(tree);
    }

    Optional<Mutant> next(Kind kind) {
        String text = originals.get(random.nextInt(originals.size()));
        return switch (kind) {
            case TYPO_IN_KEY -> typoInKey(text);
            case TYPO_IN_WORD -> typoInWord(text);
            case WRONG_UNIT -> wrongUnit(text);
            case WRONG_NESTING -> wrongNesting(text);
            case DUPLICATE_KEY -> duplicateKey(text);
            case WRONG_TYPE -> wrongType(text);
            case OUT_OF_RANGE -> outOfRange(text);
            case BROKEN_CEL -> brokenCel(text);
            case BROKEN_YAML -> brokenYaml(text);
        };
    }

    private Optional<Mutant> typoInKey(String text) {
        return pick(KEY, text).filter(match -> keys.contains(match.group(1))).flatMap(match -> {
            String slip = slip(match.group(1));
            return keys.contains(slip)
                    ? Optional.empty()
                    : Optional.of(mutant(Kind.TYPO_IN_KEY, text, match.start(1), match.end(1), slip, match.group(1)));
        });
    }

    private Optional<Mutant> typoInWord(String text) {
        var word = Pattern.compile("(?<=[\\s\\[:,])(" + String.join("|", words) + ")(?=[\\],}\\s])");
        return pick(word, text).flatMap(match -> {
            String slip = slip(match.group(1));
            return words.contains(slip)
                    ? Optional.empty()
                    : Optional.of(mutant(Kind.TYPO_IN_WORD, text, match.start(1), match.end(1), slip, match.group(1)));
        });
    }

    private Optional<Mutant> wrongUnit(String text) {
        boolean bytes = random.nextInt(4) == 0;
        return pick(bytes ? QUANTITY : DURATION, text).map(match -> {
            String number = match.group(1);
            String unit = match.group(2);
            String slip = bytes
                    ? any(
                            number + " " + unit,
                            number + unit.charAt(0) + "iB",
                            number + unit.charAt(0) + "B",
                            number + unit.toLowerCase(java.util.Locale.ROOT))
                    : any(
                            number + " " + unit,
                            number + unit.toUpperCase(java.util.Locale.ROOT),
                            number
                                    + switch (unit) {
                                        case "s" -> any("sec", " seconds", "secs");
                                        case "m" -> any("min", " minutes", "mins");
                                        default -> any("hours", "hr", " hrs");
                                    });
            return mutant(Kind.WRONG_UNIT, text, match.start(), match.end(), slip, match.group());
        });
    }

    private Optional<Mutant> wrongNesting(String text) {
        return pick(BLOCK_LEAF, text)
                .filter(match -> keys.contains(match.group(2)))
                .filter(match -> !List.of("mode", "kind", "name").contains(match.group(2)))
                .flatMap(match -> {
                    var lines = new ArrayList<>(text.lines().toList());
                    int number = lineOf(text, match.start());
                    String line = lines.remove(number - 1);
                    int indent = match.group(1).length();
                    int at = number - 1;
                    while (at < lines.size() && indentOf(lines.get(at)) >= indent) {
                        at++;
                    }
                    boolean up = lines.get(Math.max(0, at - 1)).strip().startsWith("-")
                            || (at < lines.size() && lines.get(at).strip().startsWith("-"));
                    if (up) {
                        return Optional.empty();
                    }
                    lines.add(at, " ".repeat(indent - 2) + line.strip());
                    return Optional.of(new Mutant(
                            Kind.WRONG_NESTING.name(), String.join("\n", lines) + "\n", at + 1, match.group(2)));
                });
    }

    private Optional<Mutant> duplicateKey(String text) {
        return pick(BLOCK_LEAF, text).map(match -> {
            int end = match.end() + 1;
            String changed =
                    text.substring(0, end) + match.group() + "\n" + text.substring(Math.min(end, text.length()));
            return new Mutant(Kind.DUPLICATE_KEY.name(), changed, lineOf(text, match.start()) + 1, "remove it");
        });
    }

    private Optional<Mutant> wrongType(String text) {
        return switch (random.nextInt(5)) {
            case 0 ->
                pick(NUMBER, text)
                        .map(match -> mutant(
                                Kind.WRONG_TYPE,
                                text,
                                match.start(),
                                match.end(),
                                '"' + match.group() + '"',
                                number(match.group())));
            case 1 ->
                pick(Pattern.compile("(?<=: )true(?=[,}\\s])"), text)
                        .map(match -> mutant(
                                Kind.WRONG_TYPE,
                                text,
                                match.start(),
                                match.end(),
                                any("\"true\"", "yes", "on"),
                                "true"));
            case 2 ->
                pick(DURATION, text)
                        .map(match -> mutant(
                                Kind.WRONG_TYPE,
                                text,
                                match.start(),
                                match.end(),
                                "[" + match.group() + "]",
                                match.group()));
            case 3 ->
                pick(Pattern.compile("(?<=triggers: )\\[([A-Za-z]+)(, [A-Za-z]+)*]"), text)
                        .map(match -> mutant(
                                Kind.WRONG_TYPE,
                                text,
                                match.start(),
                                match.end(),
                                match.group(1),
                                "[" + match.group(1) + "]"));
            default ->
                pick(
                                Pattern.compile(
                                        "(?<=(?:window|value|retention|budget|preDump|target): )\\{([^{}]*)}(?=\\n)"),
                                text)
                        .map(match -> mutant(
                                Kind.WRONG_TYPE, text, match.start(), match.end(), "[{" + match.group(1) + "}]", ""));
        };
    }

    private Optional<Mutant> outOfRange(String text) {
        return switch (random.nextInt(4)) {
            case 0 ->
                pick(Pattern.compile("(?<=confidence: )0\\.(\\d+)"), text)
                        .map(match -> mutant(
                                Kind.OUT_OF_RANGE, text, match.start(), match.end(), match.group(1), match.group()));
            case 1 ->
                pick(Pattern.compile("(?<=priority: )[1-9]\\d*"), text)
                        .map(match -> mutant(
                                Kind.OUT_OF_RANGE,
                                text,
                                match.start(),
                                match.end(),
                                "-" + match.group(),
                                match.group()));
            case 2 ->
                pick(Pattern.compile("(?<=every: )\\d+s"), text)
                        .map(match -> mutant(Kind.OUT_OF_RANGE, text, match.start(), match.end(), "2s", "10s"));
            default ->
                pick(Pattern.compile("(?<=keepLast: )\\d+"), text)
                        .map(match -> mutant(Kind.OUT_OF_RANGE, text, match.start(), match.end(), "0", "1"));
        };
    }

    private Optional<Mutant> brokenCel(String text) {
        return pick(CEL, text).filter(match -> !match.group(1).startsWith("'")).flatMap(match -> {
            String cel = match.group(1);
            String[] slipAndFix = celSlip(cel);
            return slipAndFix[0].equals(cel)
                    ? Optional.empty()
                    : Optional.of(
                            mutant(Kind.BROKEN_CEL, text, match.start(1), match.end(1), slipAndFix[0], slipAndFix[1]));
        });
    }

    private String[] celSlip(String cel) {
        return switch (random.nextInt(7)) {
            case 0 -> new String[] {cel.replaceFirst("==|<|>", "="), ""};
            case 1 -> new String[] {cel.replaceFirst("&&", any("and", "&", "AND")), cel.contains("&&") ? cel : ""};
            case 2 -> new String[] {cel.replaceFirst("\\)", ""), cel.contains(")") ? cel : ""};
            case 3 -> inside(cel, "duration|quantity");
            case 4 -> inside(cel, "workload|estimate|window|checkpoint|metadata|response");
            case 5 -> inside(cel, "runningFor|restarts|usable|status|labels|ready|size");
            default ->
                cel.contains("duration('")
                        ? new String[] {cel.replaceFirst("duration\\(('[^']*')\\)", "$1"), cel}
                        : new String[] {cel.replaceFirst("< 5", "< '5'"), cel};
        };
    }

    private String[] inside(String cel, String names) {
        var match = Pattern.compile("\\b(" + names + ")\\b").matcher(cel);
        if (!match.find()) {
            return new String[] {cel, ""};
        }
        return new String[] {
            cel.substring(0, match.start()) + slip(match.group()) + cel.substring(match.end()), match.group()
        };
    }

    private Optional<Mutant> brokenYaml(String text) {
        return switch (random.nextInt(5)) {
            case 0 ->
                pick(BLOCK_LEAF, text)
                        .map(match -> mutant(
                                Kind.BROKEN_YAML,
                                text,
                                match.start(),
                                match.end(),
                                match.group(1) + match.group(2) + ":" + match.group(3),
                                match.group(2) + ": " + match.group(3)));
            case 1 ->
                pick(Pattern.compile("}(?=\\n)"), text)
                        .map(match -> mutant(Kind.BROKEN_YAML, text, match.start(), match.end(), "", "}"));
            case 2 ->
                pick(Pattern.compile("](?=[\\n,}])"), text)
                        .map(match -> mutant(Kind.BROKEN_YAML, text, match.start(), match.end(), "", "]"));
            case 3 ->
                pick(Pattern.compile("^( {2,})(?=[a-zA-Z])", Pattern.MULTILINE), text)
                        .map(match -> mutant(Kind.BROKEN_YAML, text, match.start(), match.end(), "\t", ""));
            default ->
                pick(Pattern.compile("(?<=: )([a-z][a-zA-Z0-9/-]+)(?=\\n)"), text)
                        .map(match -> mutant(
                                Kind.BROKEN_YAML,
                                text,
                                match.start(),
                                match.end(),
                                "\"" + match.group(),
                                match.group()));
        };
    }

    /// One slip of the fingers, or another habit of writing words.
    private String slip(String word) {
        int at = random.nextInt(Math.max(1, word.length() - 1));
        String slip = switch (random.nextInt(6)) {
            case 0 -> word.substring(0, at) + word.substring(at + 1);
            case 1 -> word.substring(0, at) + word.charAt(at) + word.substring(at);
            case 2 -> word.substring(0, at) + (char) ('a' + random.nextInt(26)) + word.substring(at + 1);
            case 3 ->
                word.length() < 2
                        ? word + word
                        : word.substring(0, at) + word.charAt(at + 1) + word.charAt(at) + word.substring(at + 2);
            case 4 -> word.endsWith("s") ? word.substring(0, word.length() - 1) : word + "s";
            default -> word.replaceAll("([a-z])([A-Z])", any("$1_$2", "$1-$2"));
        };
        return slip.equals(word) || slip.isEmpty() ? word + "x" : slip;
    }

    private Mutant mutant(Kind kind, String text, int from, int to, String slip, String suggestion) {
        return new Mutant(
                kind.name(), text.substring(0, from) + slip + text.substring(to), lineOf(text, from), suggestion);
    }

    private Optional<MatchResult> pick(Pattern pattern, String text) {
        List<MatchResult> all = pattern.matcher(text)
                .results()
                .filter(match -> !text.substring(
                                text.lastIndexOf('\n', Math.max(0, match.start() - 1)) + 1, match.start())
                        .contains("#"))
                .filter(match -> !text.substring(
                                text.lastIndexOf('\n', Math.max(0, match.start() - 1)) + 1, match.start())
                        .contains("matchLabels"))
                .toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    private static String number(String text) {
        return new java.math.BigDecimal(text).stripTrailingZeros().toPlainString();
    }

    private static int lineOf(String text, int offset) {
        return (int) text.substring(0, offset).chars().filter(c -> c == '\n').count() + 1;
    }

    private static int indentOf(String line) {
        return line.length() - line.stripLeading().length();
    }

    private String any(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private void collect(Shape shape) {
        switch (shape) {
            case Shape.Block block ->
                block.entries().values().forEach(entry -> {
                    keys.add(entry.name());
                    collect(entry.shape());
                });
            case Shape.Items items -> collect(items.item());
            case Shape.Leaf leaf -> {
                if (!leaf.words().contains("GET") && !leaf.words().contains("In")) {
                    words.addAll(leaf.words());
                }
            }
            case Shape.Table _, Shape.Anything _ -> {}
        }
    }
}
