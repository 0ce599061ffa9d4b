package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Yaml.Parsed;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// Finds the smallest change of one line that makes a text readable: parsers complain where they stumble, which is
/// often below the line that is wrong. The change is the suggestion, and the rest of the file can be checked with it.
final class Repair {
    /// Beyond this, trying changes would take longer than reading the message.
    static final int LARGEST_TEXT = 32_000;

    private static final int LINES_ABOVE = 3;
    private static final int MOST_TRIES = 400;

    private Repair() {}

    /// @param line that was changed, from 0
    /// @param column of the first changed character, from 0
    /// @param advice what to write instead, or to do
    /// @param text the whole, changed
    record Change(int line, int column, String advice, String text) {}

    /// @param errorsIn how many errors a readable text still has: among changes that can be read, the fewest wins
    static Optional<Change> of(String text, Parsed.Broken broken, ToLongFunction<String> errorsIn) {
        if (text.length() > LARGEST_TEXT) {
            return Optional.empty();
        }
        List<String> lines = text.lines().toList();
        Optional<Change> best = Optional.empty();
        long fewest = Long.MAX_VALUE;
        int tries = 0;
        for (int line : suspects(lines, broken)) {
            for (String after : LineEdits.of(lines, line).toList()) {
                if (after.equals(lines.get(line)) || tries++ > MOST_TRIES) {
                    continue;
                }
                String changed = with(lines, line, after);
                long errors = score(changed, broken, errorsIn);
                if (errors < fewest) {
                    fewest = errors;
                    best = Optional.of(
                            new Change(line, firstDifference(lines.get(line), after), after.strip(), changed));
                }
            }
        }
        Optional<Change> found = best;
        List<Integer> near = List.of(broken.line(), Math.max(0, broken.contextLine()));
        return fewest == 0 ? best : Swap.of(text, near, errorsOf(errorsIn)).or(() -> found);
    }

    private static ToLongFunction<String> errorsOf(ToLongFunction<String> errorsIn) {
        return text -> Yaml.parse(text) instanceof Parsed.Tree ? errorsIn.applyAsLong(text) : Long.MAX_VALUE;
    }

    private static long score(String changed, Parsed.Broken before, ToLongFunction<String> errorsIn) {
        return switch (Yaml.parse(changed)) {
            case Parsed.Tree _ -> errorsIn.applyAsLong(changed);
            // Another line may be broken too: getting further down is progress, but less than being readable.
            case Parsed.Broken later when later.line() > before.line() + 1 -> 1_000_000L - later.line();
            case Parsed.Broken _, Parsed.TooMuch _ -> Long.MAX_VALUE;
        };
    }

    /// Lines that may be to blame, the likeliest first.
    private static Collection<Integer> suspects(List<String> lines, Parsed.Broken broken) {
        var suspects = new LinkedHashSet<Integer>();
        suspects.add(broken.line());
        int above = broken.line() - 1;
        for (int found = 0; above >= 0 && found < LINES_ABOVE; above--) {
            if (!lines.get(Math.min(above, lines.size() - 1)).isBlank()) {
                suspects.add(above);
                found++;
            }
        }
        if (broken.contextLine() >= 0) {
            suspects.add(broken.contextLine());
            suspects.add(broken.contextLine() + 1);
        }
        // A line that is indented by an odd number of blanks is the likelier one, wherever the parser stumbled.
        return suspects.stream()
                .filter(line ->
                        line >= 0 && line < lines.size() && !lines.get(line).isBlank())
                .sorted(Comparator.comparing(line -> !LineEdits.isOdd(lines.get(line))))
                .toList();
    }

    private static String with(List<String> lines, int line, String after) {
        return String.join(
                        "\n",
                        Stream.concat(
                                        Stream.concat(lines.subList(0, line).stream(), Stream.of(after)),
                                        lines.subList(line + 1, lines.size()).stream())
                                .toList())
                + "\n";
    }

    private static int firstDifference(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return Math.min(i, Math.max(0, a.length() - 1));
    }
}
