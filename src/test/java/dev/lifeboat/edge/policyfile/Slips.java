package dev.lifeboat.edge.policyfile;

import dev.lifeboat.Drawn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Kinds of slips by name, and what is needed to make them in the shipped policies and in one with every key.
abstract class Slips {
    private static final String NEIGHBOURS = "qwertyuiop asdfghjkl zxcvbnm";

    final RandomGenerator random;
    private final List<String> originals = new ArrayList<>(Mutants.originals());
    private final Map<String, Supplier<Optional<Mutants.Mutant>>> kinds = new LinkedHashMap<>();
    String text = "";
    String kind = "";

    Slips(RandomGenerator random) {
        this.random = random;
        originals.add(kitchen());
        originals.add(Mutants.block(kitchen()));
    }

    final void kind(String name, Supplier<Optional<Mutants.Mutant>> slip) {
        kinds.put(name, slip);
    }

    List<String> kinds() {
        return List.copyOf(kinds.keySet());
    }

    Optional<Mutants.Mutant> next(String wanted) {
        text = originals.get(random.nextInt(originals.size()));
        kind = wanted;
        return Objects.requireNonNull(kinds.get(wanted)).get();
    }

    /// A policy with every key; the whole, for the test that it has no fault of its own.
    static String kitchen() {
        try {
            return Files.readString(Drawn.top().resolve("src/test/resources/policies/kitchen.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<Mutants.Mutant> line(List<String> lines, int at, String after, int place, String advice) {
        var changed = new ArrayList<>(lines);
        changed.set(at, after);
        return Optional.of(new Mutants.Mutant(kind, String.join("\n", changed) + "\n", place + 1, advice));
    }

    Optional<Mutants.Mutant> swap(String pattern, String slip, String advice) {
        return pick(Pattern.compile(pattern, Pattern.MULTILINE)).flatMap(match -> replace(match, slip, advice));
    }

    Optional<Mutants.Mutant> replace(MatchResult match, String slip, String advice) {
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

    Optional<MatchResult> pick(Pattern pattern) {
        List<MatchResult> all = pattern.matcher(text)
                .results()
                .filter(match -> !lineAt(match).strip().startsWith("#"))
                .toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    /// Keys of labels and of other tables are free: any word will do.
    boolean isFree(MatchResult match) {
        String line = lineAt(match);
        return line.contains("matchLabels: {")
                || line.contains("nodeSelector: {")
                || line.contains("labels: {")
                || line.matches("\\s*(app\\.kubernetes\\.io/.*|tier|disk|team|lifeboat\\.dev/trial): .*");
    }

    String lineAt(MatchResult match) {
        int from = text.lastIndexOf('\n', Math.max(0, match.start() - 1)) + 1;
        int to = text.indexOf('\n', match.start());
        return text.substring(from, to < 0 ? text.length() : to);
    }

    /// A neighbouring key of the keyboard, a doubled, dropped or exchanged letter, a wrong case.
    String fingers(String word) {
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

    static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    String any(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
