package dev.lifeboat.edge.policyfile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The slips that people make in one line of YAML, undone; the likeliest first.
final class LineEdits {
    private static final Pattern NO_SPACE = Pattern.compile("^(\\s*(?:- )?[A-Za-z][\\w./-]*):(\\S.*)$");
    private static final Pattern NO_COLON = Pattern.compile("^(\\s*(?:- )?[A-Za-z]\\w*)\\s*[=;]?\\s+(\\S.*)$");
    private static final Pattern EQUALS =
            Pattern.compile("^(\\s*(?:- )?[A-Za-z]\\w*)\\s*(?:=|:=|=>|;|::|:\\s*:)\\s*(\\S.*)$");
    private static final Pattern BARE = Pattern.compile("^(\\s*(?:- )?[A-Za-z]\\w*)\\s*$");
    private static final Pattern NO_DASH_SPACE = Pattern.compile("^(\\s*)-([^\\s-].*)$");
    private static final Pattern VALUE = Pattern.compile("^(\\s*(?:- )?[A-Za-z][\\w./-]*: +)(\\S.*?)\\s*$");

    private LineEdits() {}

    static Stream<String> of(List<String> lines, int number) {
        String line = lines.get(number);
        var edits = new ArrayList<String>();
        if (line.contains("\t")) {
            indents(lines, number)
                    .forEach(indent ->
                            edits.add(" ".repeat(indent) + line.strip().replace("\t", " ")));
            edits.add(line.replace("\t", "  "));
        }
        edits.add(EQUALS.matcher(line).replaceFirst("$1: $2"));
        edits.add(NO_SPACE.matcher(line).replaceFirst("$1: $2"));
        edits.add(NO_DASH_SPACE.matcher(line).replaceFirst("$1- $2"));
        quotes(line, edits);
        brackets(line, edits);
        edits.add(NO_COLON.matcher(line).replaceFirst("$1: $2"));
        edits.add(BARE.matcher(line).replaceFirst("$1:"));
        indents(lines, number).forEach(indent -> edits.add(" ".repeat(indent) + line.strip()));
        dashes(line, edits);
        var value = VALUE.matcher(line);
        if (value.matches() && !value.group(2).matches("['\"].*")) {
            edits.add(value.group(1) + "'" + value.group(2).replace("'", "''") + "'");
        }
        if (line.stripTrailing().endsWith(":") || line.stripTrailing().endsWith(",")) {
            edits.add(line.stripTrailing().substring(0, line.stripTrailing().length() - 1));
        }
        edits.add(line.replaceFirst("([\\w'\"\\]}]) +([A-Za-z]\\w*): ", "$1, $2: "));
        edits.add(line.replaceAll("([\\w'\"\\]}]) +([A-Za-z]\\w*): ", "$1, $2: "));
        return edits.stream().distinct();
    }

    /// Indentations of the neighbours, and one level more or less than theirs.
    private static Stream<Integer> indents(List<String> lines, int number) {
        var indents = new ArrayList<Integer>();
        neighbour(lines, number, -1, indents);
        neighbour(lines, number, 1, indents);
        neighbour(lines, number, -2, indents);
        int own = indent(lines.get(number));
        indents.addAll(List.of(own - 1, own + 1, own - 2, own + 2));
        return indents.stream().filter(indent -> indent >= 0 && indent < 40).distinct();
    }

    private static void neighbour(List<String> lines, int number, int step, List<Integer> indents) {
        int at = number + step;
        while (at >= 0 && at < lines.size() && lines.get(at).isBlank()) {
            at += Integer.signum(step);
        }
        if (at >= 0 && at < lines.size()) {
            int indent = indent(lines.get(at));
            boolean opens = step == -1 && lines.get(at).stripTrailing().endsWith(":");
            boolean item = lines.get(at).strip().startsWith("- ");
            indents.addAll(
                    opens
                            ? List.of(indent + 2, indent + 4, indent)
                            : item ? List.of(indent + 2, indent) : List.of(indent));
        }
    }

    /// Whether a line is indented by an odd number of blanks, which is hardly ever meant.
    static boolean isOdd(String line) {
        return indent(line) % 2 == 1;
    }

    static int indent(String line) {
        int i = 0;
        while (i < line.length() && Character.isWhitespace(line.charAt(i))) {
            i++;
        }
        return i;
    }

    private static void dashes(String line, List<String> edits) {
        int indent = indent(line);
        String rest = line.strip();
        if (rest.startsWith("- ")) {
            edits.add(" ".repeat(indent + 2) + rest.substring(2));
            edits.add(" ".repeat(indent) + rest.substring(2));
        } else {
            edits.add(" ".repeat(indent) + "- " + rest);
            edits.add(" ".repeat(Math.max(0, indent - 2)) + "- " + rest);
        }
    }

    private static void quotes(String line, List<String> edits) {
        for (String quote : List.of("\"", "'")) {
            int count = line.length() - line.replace(quote, "").length();
            if (count % 2 == 1) {
                edits.add(line.stripTrailing() + quote);
                for (int i = 0; i < line.length(); i++) {
                    if ("}],".indexOf(line.charAt(i)) >= 0 && i > line.indexOf(quote)) {
                        edits.add(line.substring(0, i) + quote + line.substring(i));
                    }
                }
                edits.add(line.replaceFirst("(:\\s+)([^'\"]*" + quote + "\\s*)$", "$1" + quote + "$2"));
                edits.add(line.replaceFirst(quote, ""));
            }
        }
    }

    /// One bracket more where one is missing, one less where there is one too many, one turned where they are mixed.
    private static void brackets(String line, List<String> edits) {
        for (String pair : List.of("{}", "[]")) {
            long opened = line.chars().filter(c -> c == pair.charAt(0)).count();
            long closed = line.chars().filter(c -> c == pair.charAt(1)).count();
            if (opened > closed) {
                insertEverywhere(line, pair.charAt(1), edits);
                edits.add(line.replaceFirst(Pattern.quote(pair.substring(0, 1)), ""));
            } else if (closed > opened) {
                insertOpening(line, pair.charAt(0), edits);
                removeEach(line, pair.charAt(1), edits);
            }
        }
        swapEach(line, '}', ']', edits);
        swapEach(line, ']', '}', edits);
    }

    private static void insertEverywhere(String line, char closer, List<String> edits) {
        String code = line.replaceFirst("\\s+#.*$", "");
        edits.add(code.stripTrailing() + closer);
        for (int i = code.length() - 1; i > 0; i--) {
            if ("},]".indexOf(code.charAt(i)) >= 0) {
                edits.add(line.substring(0, i) + closer + line.substring(i));
            }
        }
    }

    private static void insertOpening(String line, char opener, List<String> edits) {
        for (int i = line.indexOf(": "); i >= 0; i = line.indexOf(": ", i + 1)) {
            edits.add(line.substring(0, i + 2) + opener + line.substring(i + 2));
        }
        edits.add(line.replaceFirst("- ", "- " + opener));
        edits.add(line.replaceFirst("\\[", "[" + opener));
    }

    private static void removeEach(String line, char stray, List<String> edits) {
        for (int i = line.length() - 1; i >= 0; i--) {
            if (line.charAt(i) == stray) {
                edits.add(line.substring(0, i) + line.substring(i + 1));
            }
        }
    }

    private static void swapEach(String line, char from, char to, List<String> edits) {
        for (int i = line.indexOf(from); i >= 0; i = line.indexOf(from, i + 1)) {
            edits.add(line.substring(0, i) + to + line.substring(i + 1));
        }
    }
}
