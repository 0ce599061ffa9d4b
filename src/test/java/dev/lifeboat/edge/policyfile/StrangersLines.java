package dev.lifeboat.edge.policyfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// Slips that concern whole lines: indented anew, moved, swapped, left out, given twice, or with their
/// punctuation lost.
final class StrangersLines extends Slips {
    StrangersLines(RandomGenerator random) {
        super(random);
        kind("indentation", this::indentation);
        kind("twice", this::twice);
        kind("missing", this::missing);
        kind("punctuation", this::punctuation);
        kind("moved block", this::movedBlock);
        kind("list and map", this::listAndMap);
        kind("swapped", this::swapped);
        kind("item further in", this::itemFurtherIn);
        kind("first rung", this::firstRungTakesAll);
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

    private static int endOf(List<String> lines, int from) {
        int indent = indent(lines.get(from));
        int end = from + 1;
        while (end < lines.size()
                && (indent(lines.get(end)) > indent || lines.get(end).startsWith(" ".repeat(indent) + "- "))) {
            end++;
        }
        return end;
    }

    /// Two neighbours in each other's place, where that changes what they say.
    private Optional<Mutants.Mutant> swapped() {
        List<String> lines = text.lines().toList();
        int at = random.nextInt(lines.size() - 1);
        String above = lines.get(at);
        String below = lines.get(at + 1);
        boolean opens = above.stripTrailing().endsWith(":") && indent(below) > indent(above);
        if (!opens || above.strip().startsWith("#")) {
            return Optional.empty();
        }
        var changed = new ArrayList<>(lines);
        changed.set(at, below);
        changed.set(at + 1, above);
        return Optional.of(new Mutants.Mutant(kind, String.join("\n", changed) + "\n", at + 1, ""));
    }

    /// An item one blank to the right of its neighbours, which YAML joins with the one above.
    private Optional<Mutants.Mutant> itemFurtherIn() {
        List<String> lines = text.lines().toList();
        int at = 1 + random.nextInt(lines.size() - 1);
        boolean items =
                lines.get(at).matches(" *- [\\w/-]+") && lines.get(at - 1).matches(" *- [\\w/-]+");
        return items ? edit(lines, at, " " + lines.get(at)) : Optional.empty();
    }
}
