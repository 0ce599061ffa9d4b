package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Problem.Span;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/// What the walk through one document left behind for the checks that look at several places at once.
final class Findings {
    private final int firstLine;
    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, Span> spans = new HashMap<>();
    private final Set<String> misplaced = new HashSet<>();
    private final Set<String> emptied = new HashSet<>();

    Findings(int firstLine) {
        this.firstLine = firstLine;
    }

    void keep(String path, Object value) {
        values.put(path, value);
    }

    void place(String path, Span span) {
        spans.put(path, span);
    }

    /// A key that stands elsewhere than here: what lacks it need not be told.
    void misplace(String name) {
        misplaced.add(name);
    }

    /// A block some of whose keys stand outside of it.
    ///
    /// @param path with `[]` for any item of a list
    void empty(String path) {
        emptied.add(path);
    }

    boolean isEmptied(String path) {
        return emptied.contains(path);
    }

    boolean isMisplaced(String name) {
        return misplaced.contains(name);
    }

    /// What stands at the path; empty when nothing does, or when it is broken.
    <T> Optional<T> value(String path, Class<T> type) {
        return Optional.ofNullable(values.get(path)).filter(type::isInstance).map(type::cast);
    }

    boolean isThere(String path) {
        return spans.containsKey(path);
    }

    /// Where the path is, or the nearest place above it.
    Span span(String path) {
        String at = path;
        while (!spans.containsKey(at) && !at.isEmpty()) {
            int cut = Math.max(at.lastIndexOf('.'), at.lastIndexOf('['));
            at = cut < 0 ? "" : at.substring(0, cut);
        }
        return spans.getOrDefault(at, new Span(firstLine + 1, 1, 1));
    }

    Span spanOf(Node node) {
        Mark start = node.getStartMark().orElseThrow();
        int length = node.getEndMark()
                .filter(end -> end.getLine() == start.getLine())
                .map(end -> end.getColumn() - start.getColumn())
                .orElse(1);
        return new Span(firstLine + start.getLine() + 1, start.getColumn() + 1, Math.max(1, length));
    }
}
