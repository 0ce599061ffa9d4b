package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Expressions.Fault;
import dev.lifeboat.edge.policyfile.Shape.Form;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Turns what the CEL compiler says into what to write instead.
///
/// @param offset into the expression
/// @param length of what is wrong, at least 1
record CelAdvice(
        int offset, int length, String message, @Nullable String suggestion) {
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']+)'.*", Pattern.DOTALL);
    private static final Pattern UNDEFINED = Pattern.compile("undefined field '([^']+)'.*", Pattern.DOTALL);
    private static final Pattern NO_OVERLOAD =
            Pattern.compile("found no matching overload for '([^']+)' applied to '\\(([^']*)\\)'.*", Pattern.DOTALL);
    private static final Pattern BEFORE_DOT = Pattern.compile("([A-Za-z_]\\w*)\\s*\\.\\s*$");
    private static final int SHORT = 4;
    private static final List<String> FUNCTIONS = List.of(
            "duration",
            "quantity",
            "size",
            "has",
            "matches",
            "contains",
            "startsWith",
            "endsWith",
            "int",
            "double",
            "string",
            "all",
            "exists",
            "filter",
            "map",
            "timestamp",
            "getSeconds",
            "getMinutes",
            "getHours");

    static CelAdvice on(Form form, String text, Fault fault) {
        CelTypes types = Expressions.types(form);
        Matcher undeclared = UNDECLARED.matcher(fault.message());
        if (undeclared.matches()) {
            return undeclared(types, text, fault, undeclared.group(1));
        }
        Matcher undefined = UNDEFINED.matcher(fault.message());
        if (undefined.matches()) {
            return undefined(types, text, fault, undefined.group(1));
        }
        Optional<String> repaired = repaired(form, text, fault);
        Matcher overload = NO_OVERLOAD.matcher(fault.message());
        if (overload.matches()) {
            return overloaded(text, fault, overload, repaired.orElse(null));
        }
        String message = repaired.isPresent() && fault.message().startsWith("token recognition")
                ? "unexpected " + Scalars.quoted(text.substring(Math.min(fault.offset(), text.length() - 1)))
                : plain(fault.message());
        int offset = repaired.map(better -> Math.min(fault.offset(), firstDifference(text, better)))
                .orElse(fault.offset());
        return new CelAdvice(offset, 1, message, repaired.orElse(null));
    }

    private static String plain(String message) {
        return message.replaceAll(" expecting [{].*", "")
                .replace("google.protobuf.Duration", "duration")
                .replaceAll("^type '([^']*)' does not support field selection$", "a $1 has no fields");
    }

    private static CelAdvice undeclared(CelTypes types, String text, Fault fault, String name) {
        boolean call = fault.offset() < text.length() && text.charAt(fault.offset()) == '(';
        int at = call ? Math.max(0, text.lastIndexOf(name, fault.offset())) : fault.offset();
        List<String> candidates =
                call ? FUNCTIONS : List.copyOf(types.variables().keySet());
        String what = call ? "there is no function " : "there is no variable ";
        String rest = call ? "" : "; there are " + String.join(", ", candidates);
        Optional<String> near = Spelling.nearest(name, candidates).or(() -> asField(types, text, at, name));
        return new CelAdvice(
                at, name.length(), what + Scalars.quoted(name) + (near.isPresent() ? "" : rest), near.orElse(null));
    }

    /// A field whose variable was left out, or one that was called like a function.
    private static Optional<String> asField(CelTypes types, String text, int at, String name) {
        Matcher before = BEFORE_DOT.matcher(text.substring(0, at));
        if (before.find()) {
            return types.fieldsOf(before.group(1)).contains(name)
                    ? Optional.of(before.group(1) + "." + name)
                    : Optional.empty();
        }
        return types.variables().keySet().stream()
                .filter(variable -> types.fieldsOf(variable).contains(name))
                .findFirst()
                .map(variable -> variable + "." + name);
    }

    private static CelAdvice undefined(CelTypes types, String text, Fault fault, String field) {
        int at = Math.max(0, text.indexOf(field, Math.min(fault.offset(), text.length())));
        Matcher before = BEFORE_DOT.matcher(text.substring(0, at));
        String variable = before.find() ? before.group(1) : "";
        List<String> fields = types.fieldsOf(variable);
        Optional<String> near = Spelling.nearest(field, fields)
                .or(() -> fields.stream()
                        .filter(known ->
                                known.length() > SHORT && field.startsWith(known.substring(0, known.length() - 1)))
                        .findFirst());
        String others = near.isPresent() ? "" : "; it has " + String.join(", ", fields);
        return new CelAdvice(
                at,
                field.length(),
                "\"%s\" has no field \"%s\"%s".formatted(variable, field, others),
                near.orElse(null));
    }

    private static CelAdvice overloaded(String text, Fault fault, Matcher overload, @Nullable String repaired) {
        String operator = overload.group(1).replace("_", "").replace("@", "");
        String types = overload.group(2).replace("google.protobuf.Duration", "duration");
        List<String> sides = List.of(types.split(", ", -1));
        String message = sides.size() == 2 && !operator.matches("\\w+")
                ? "cannot compare or combine %s with %s by %s".formatted(sides.getFirst(), sides.getLast(), operator)
                : "\"%s\" does not take (%s)".formatted(operator, types);
        int length = Math.max(1, Math.min(operator.length(), text.length() - fault.offset()));
        return new CelAdvice(fault.offset(), length, message, repaired);
    }

    /// The first small change with which it compiles.
    private static Optional<String> repaired(Form form, String text, Fault fault) {
        return edits(text, fault).stream()
                .filter(edit -> !edit.equals(text) && Expressions.compiles(form, edit))
                .findFirst();
    }

    private static Iterable<String> list(String... edits) {
        return List.of(edits);
    }

    private static List<String> edits(String text, Fault fault) {
        var edits = new LinkedHashSet<String>();
        list(
                        text.replaceAll("[\\u201c\\u201d]", "").strip(),
                        text.replaceAll("[\\u2018\\u2019]", "'"),
                        text.replaceAll("(?<![=!<>])=(?!=)", "=="),
                        text.replace("===", "=="),
                        text.replaceAll("=>", ">="),
                        text.replaceAll("=<", "<="),
                        text.replace("<>", "!="),
                        text.replaceAll("(?<!&)&(?!&)", "&&"),
                        text.replaceAll("(?<!\\|)\\|(?!\\|)", "||"),
                        text.replaceAll("(?i)\\band\\b", "&&"),
                        text.replaceAll("(?i)\\bor\\b", "||"),
                        text.replaceAll("(?i)\\bnot\\s+", "!"),
                        text.replaceAll("(?i)\\beq\\b", "==").replaceAll("(?i)\\bne\\b", "!="),
                        text.replaceAll("(?i)\\blt\\b", "<").replaceAll("(?i)\\bgt\\b", ">"),
                        text.replaceAll("(?i)\\ble\\b", "<=").replaceAll("(?i)\\bge\\b", ">="),
                        text.replaceAll("\\bTrue\\b", "true").replaceAll("\\bFalse\\b", "false"))
                .forEach(edits::add);
        brackets(text, edits);
        quotes(text, edits);
        operators(text, edits);
        units(text, edits);
        edits.add(text.replaceAll("(\\S)\\s+(?=[a-z]+\\.)", "$1 && "));
        edits.add(text.replaceAll("(?<=\\w)\\s+(?=\\d)", " < "));
        edits.add(text.replaceAll("(?<=\\w),(?=\\w)", "."));
        edits.add(text.replaceAll("\\s*,\\s*(?=[a-z]+\\.)", " && "));
        deletions(text, fault.offset(), edits);
        return edits.stream().toList();
    }

    private static void brackets(String text, LinkedHashSet<String> edits) {
        String trimmed = text.stripTrailing();
        edits.add(trimmed + ")");
        edits.add(trimmed + "]");
        edits.add(trimmed + "')");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ')' || c == ']' || c == '(' || c == '[') {
                edits.add(text.substring(0, i) + text.substring(i + 1));
            }
            boolean boundary = c == ' ' || c == ')' || c == '&' || c == '|';
            if (boundary) {
                edits.add(text.substring(0, i) + ")" + text.substring(i));
                edits.add(text.substring(0, i) + "]" + text.substring(i));
            }
        }
        edits.add("(" + text);
        edits.add(text.replaceAll("\\b(duration|quantity|size|has)\\s*(['\"])", "$1($2"));
        edits.add(text.replaceAll("\\b(duration|quantity)\\s+(['\"][^'\"]*['\"])", "$1($2)"));
        edits.add(text.replaceAll("\\b(duration|quantity)\\(([0-9][^'\"()]*)\\)", "$1('$2')"));
        edits.add(text.replaceAll("\\bduration\\((\\d+)\\)", "duration('$1s')"));
    }

    private static void quotes(String text, LinkedHashSet<String> edits) {
        for (String quote : List.of("'", "\"")) {
            edits.add(text + quote);
            for (int i = text.length() - 1; i >= 0; i--) {
                if (")]& ".indexOf(text.charAt(i)) >= 0) {
                    edits.add(text.substring(0, i) + quote + text.substring(i));
                }
            }
            edits.add(text.replaceAll("\\(([0-9A-Za-z]+)" + quote + "\\)", "(" + quote + "$1" + quote + ")"));
            edits.add(text.replaceAll("\\[([^'\"\\]]+)" + quote + "\\]", "[" + quote + "$1" + quote + "]"));
            edits.add(text.replaceAll("\\[([^'\"\\]]+)\\]", "[" + quote + "$1" + quote + "]"));
        }
    }

    private static void operators(String text, LinkedHashSet<String> edits) {
        edits.add(text.replaceAll("(&&|\\|\\|)\\s*$", "").stripTrailing());
        edits.add(text.replaceAll("^\\s*(&&|\\|\\|)", "").stripLeading());
        edits.add(text.replaceAll("&&\\s*&&", "&&"));
        edits.add(text.replaceAll("(==|!=|<=|>=|<|>|\\+|-)\\s*(==|!=|<=|>=|<|>|\\+|-)", "$1"));
        edits.add(text.replaceAll("\\s*(==|!=|<=|>=|<|>)\\s*$", "").stripTrailing());
        edits.add(text.replaceAll("\\.\\.+", "."));
        edits.add(text.replaceAll("->", "."));
    }

    /// Numbers and texts where durations and quantities are compared, and the other way round.
    private static void units(String text, LinkedHashSet<String> edits) {
        edits.add(text.replaceAll("((?:==|!=|<=|>=|<|>)\\s*)['\"](-?\\d+(?:\\.\\d+)?)['\"]", "$1$2"));
        edits.add(text.replaceAll("((?:==|!=|<=|>=|<|>)\\s*)['\"]([^'\"]*)['\"]", "$1duration('$2')"));
        edits.add(text.replaceAll("((?:==|!=|<=|>=|<|>)\\s*)['\"]([^'\"]*)['\"]", "$1quantity('$2')"));
        edits.add(text.replaceAll("((?:==|!=|<=|>=|<|>)\\s*)(\\d+)(?![\\w.])", "$1duration('$2s')"));
        edits.add(text.replaceAll("((?:==|!=|<=|>=|<|>)\\s*)(\\d+(?:ms|s|m|h))\\b", "$1duration('$2')"));
        edits.add(text.replaceAll("((?:==|!=|<=|>=|<|>)\\s*)(\\d+(?:Ki|Mi|Gi|Ti|M|G))\\b", "$1quantity('$2')"));
        edits.add(text.replaceAll("\\b(\\d+)\\.0+\\b", "$1"));
        edits.add(text.replace("quantity(", "duration("));
        edits.add(text.replace("duration(", "quantity("));
        edits.add(text.replaceAll("((?:==|!=)\\s*)([A-Za-z][\\w-]*)(?![\\w.(\\['])", "$1'$2'"));
        Matcher call =
                Pattern.compile("(duration|quantity)\\((['\"])([^'\"]*)\\2\\)").matcher(text);
        while (call.find()) {
            Shape.Leaf any = new Shape.Leaf(
                    Form.DURATION, Object.class, "", "", dev.lifeboat.policy.Text.ANY, List.of(), List.of());
            Quantities unit = call.group(1).equals("duration") ? Quantities.DURATION : Quantities.BYTES;
            if (unit.read(any, call.group(3), true, "") instanceof Reading.Bad bad && bad.suggestion() != null) {
                edits.add(text.substring(0, call.start(3)) + bad.suggestion() + text.substring(call.end(3)));
            }
        }
    }

    private static void deletions(String text, int offset, LinkedHashSet<String> edits) {
        var words = new ArrayList<int[]>();
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            words.add(new int[] {word.start(), word.end()});
        }
        for (int i = Math.max(0, offset - 1); i <= offset && i < text.length(); i++) {
            edits.add(text.substring(0, i) + text.substring(i + 1));
        }
        words.stream()
                .filter(span -> span[0] == offset)
                .forEach(span -> edits.add((text.substring(0, span[0]) + text.substring(span[1])).strip()));
        // A field of what has none, such as `workload.ready.value`.
        words.stream()
                .filter(span -> span[0] > 0 && text.charAt(span[0] - 1) == '.')
                .forEach(span -> edits.add(text.substring(0, span[0] - 1) + text.substring(span[1])));
    }

    private static int firstDifference(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }
}
