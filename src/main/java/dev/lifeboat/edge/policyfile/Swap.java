package dev.lifeboat.edge.policyfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/// Finds two neighbouring lines that have changed places, such as a block and its first key: the one common
/// slip that no change of a single line puts right.
final class Swap {
    private static final int MOST_TRIES = 40;

    private Swap() {}

    /// @param near lines of complaints, from 0
    /// @param errorsIn how many errors a text has; only a text without any will do, for moving lines about
    ///     makes less of much else that is wrong
    static Optional<Repair.Change> of(String text, List<Integer> near, ToLongFunction<String> errorsIn) {
        List<String> lines = text.lines().toList();
        return near.stream()
                .flatMap(
                        line -> IntStream.of(line - 1, line, line - 2, line + 1).boxed())
                .distinct()
                .filter(line -> line >= 0 && line + 1 < lines.size())
                .filter(line -> differ(lines.get(line), lines.get(line + 1)))
                .limit(MOST_TRIES)
                .map(line -> swapped(lines, line))
                .filter(change -> errorsIn.applyAsLong(change.text()) == 0)
                .findFirst();
    }

    /// Two keys of one block may stand in any order.
    private static boolean differ(String above, String below) {
        boolean text = !above.isBlank() && !below.isBlank();
        return text && (LineEdits.indent(above) != LineEdits.indent(below) || isItem(above) != isItem(below));
    }

    private static boolean isItem(String line) {
        return line.strip().startsWith("- ");
    }

    private static Repair.Change swapped(List<String> lines, int line) {
        var changed = new ArrayList<>(lines);
        changed.set(line, lines.get(line + 1));
        changed.set(line + 1, lines.get(line));
        String advice = "swap it with the line below: " + lines.get(line + 1).strip();
        return new Repair.Change(line, LineEdits.indent(lines.get(line)), advice, String.join("\n", changed) + "\n");
    }
}
