package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Problem.Span;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Finds the characters of a scalar's value in the file, whatever quotes, escapes and folding did to them.
final class ScalarPlaces {
    private ScalarPlaces() {}

    /// The place of `value[offset]`.
    static Span of(Source source, ScalarNode node, Span start, int offset) {
        String value = node.getValue();
        boolean isBlock = node.getScalarStyle() == ScalarStyle.LITERAL || node.getScalarStyle() == ScalarStyle.FOLDED;
        int line = isBlock ? start.line() + 1 : start.line();
        int column = isBlock ? 0 : opening(source, node, start);
        for (int i = 0; i < offset && i < value.length(); i++) {
            char wanted = value.charAt(i);
            if (Character.isWhitespace(wanted)) {
                String rest = rest(source, line, column);
                if (rest.isBlank()) {
                    line++;
                    column = indent(source.line(line));
                    continue;
                }
                column++;
                continue;
            }
            column = seek(source.line(line), column, wanted);
            column++;
        }
        column = skip(source.line(line), column, value, offset);
        return new Span(line, Math.max(1, column + 1), 1);
    }

    /// Past anchors, tags and the opening quote.
    private static int opening(Source source, ScalarNode node, Span start) {
        String line = source.line(start.line());
        int column = start.column() - 1;
        while (column < line.length() && (line.charAt(column) == '&' || line.charAt(column) == '!')) {
            while (column < line.length() && !Character.isWhitespace(line.charAt(column))) {
                column++;
            }
            while (column < line.length() && Character.isWhitespace(line.charAt(column))) {
                column++;
            }
        }
        return node.isPlain() ? column : column + 1;
    }

    private static int seek(String line, int column, char wanted) {
        int at = line.indexOf(wanted, Math.min(column, line.length()));
        return at < 0 ? column : at;
    }

    private static int skip(String line, int column, String value, int offset) {
        if (offset >= value.length() || Character.isWhitespace(value.charAt(offset))) {
            return Math.min(column, line.length());
        }
        return seek(line, column, value.charAt(offset));
    }

    private static String rest(Source source, int line, int column) {
        String text = source.line(line);
        return column >= text.length() ? "" : text.substring(column);
    }

    private static int indent(String line) {
        int i = 0;
        while (i < line.length() && Character.isWhitespace(line.charAt(i))) {
            i++;
        }
        return i;
    }
}
