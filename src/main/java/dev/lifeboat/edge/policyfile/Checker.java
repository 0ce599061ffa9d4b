package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Problem.Span;
import dev.lifeboat.edge.policyfile.Shape.Block;
import dev.lifeboat.edge.policyfile.Shape.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Walks a document along a shape: reports whatever does not fit, and makes values of what does.
final class Checker {
    /// A policy has some hundred nodes; aliases could make millions of them.
    private static final int MOST_NODES = 20_000;

    private final Source source;
    private final Findings findings;
    private final UnknownKeys unknown;
    private int nodes;

    Checker(Source source, Findings findings, Block root) {
        this.source = source;
        this.findings = findings;
        this.unknown = new UnknownKeys(source, findings, root);
    }

    /// What the node holds; null when something in it is broken, which has been reported.
    @Nullable
    Object check(Node node, Shape shape, String path, String standard) {
        if (nodes++ >= MOST_NODES) {
            if (nodes == MOST_NODES + 1) {
                source.report(Code.TOO_LARGE, findings.spanOf(node), "", "more than " + MOST_NODES + " values", null);
            }
            return null;
        }
        @Nullable
        Object value = switch (shape) {
            case Block block -> block(node, block, path);
            case Shape.Items items -> items(node, items, path);
            case Shape.Table table -> table(node, table, path);
            case Shape.Leaf leaf -> leaf(node, leaf, path, standard);
            case Shape.Anything _ -> "";
        };
        if (value != null) {
            findings.keep(path, value);
        }
        return value;
    }

    private @Nullable Object block(Node node, Block block, String path) {
        if (!(node instanceof MappingNode mapping)) {
            TypeSlips.report(source, findings, node, block, path);
            return null;
        }
        long before = source.errors();
        var written = keys(mapping, path);
        var values = new HashMap<String, Object>();
        unknown.report(mapping, block, path, written);
        written.forEach((name, tuple) -> {
            Entry entry = block.entries().get(name);
            if (entry != null) {
                Object value = entry(tuple, entry, join(path, name));
                if (value != null) {
                    values.put(name, value);
                }
            }
        });
        oneOf(block, written, path, mapping);
        missing(block, written, path, values);
        boolean whole = source.errors() == before && isWhole(block, written, values);
        return whole ? Binding.build(block.type(), values) : null;
    }

    /// Not everything that is missing has been reported here: a key may stand elsewhere, and have been reported there.
    private static boolean isWhole(Block block, Map<String, NodeTuple> written, Map<String, Object> values) {
        boolean allThere = block.entries().values().stream()
                .filter(entry -> entry.required()
                        || written.containsKey(entry.name())
                        || !entry.standard().isEmpty())
                .allMatch(entry -> values.containsKey(entry.name()));
        return allThere && (block.oneOf().isEmpty() || block.oneOf().stream().anyMatch(written::containsKey));
    }

    private @Nullable Object entry(NodeTuple tuple, Entry entry, String path) {
        findings.place(path, findings.spanOf(tuple.getKeyNode()));
        Node value = tuple.getValueNode();
        if (isEmpty(value) && unknown.hasMisplacedUnder(path)) {
            // Its keys have slipped out of it and have been reported there.
            return null;
        }
        return check(value, entry.shape(), path, entry.standard());
    }

    private static boolean isEmpty(Node node) {
        return node instanceof ScalarNode scalar && scalar.getValue().isEmpty() && scalar.isPlain();
    }

    /// Keys by name, the first of each; merge keys (`<<`) give what is not written.
    private Map<String, NodeTuple> keys(MappingNode mapping, String path) {
        var written = new LinkedHashMap<String, NodeTuple>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                source.report(Code.WRONG_TYPE, findings.spanOf(tuple.getKeyNode()), path, "a key must be a word", null);
                continue;
            }
            if (key.getValue().equals("<<") && key.isPlain()) {
                continue;
            }
            NodeTuple first = written.putIfAbsent(key.getValue(), tuple);
            if (first != null) {
                duplicate(key, first, path);
            }
        }
        merged(mapping, written);
        return written;
    }

    private static void merged(MappingNode mapping, Map<String, NodeTuple> written) {
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals("<<")) {
                List<Node> sources = tuple.getValueNode() instanceof SequenceNode list
                        ? list.getValue()
                        : List.of(tuple.getValueNode());
                sources.stream()
                        .filter(MappingNode.class::isInstance)
                        .flatMap(node -> ((MappingNode) node).getValue().stream())
                        .filter(inherited -> inherited.getKeyNode() instanceof ScalarNode)
                        .forEach(inherited ->
                                written.putIfAbsent(((ScalarNode) inherited.getKeyNode()).getValue(), inherited));
            }
        }
    }

    private void duplicate(ScalarNode key, NodeTuple first, String path) {
        int line = findings.spanOf(first.getKeyNode()).line();
        String fix = path.endsWith("]") ? "remove it, or start a new item: - " + key.getValue() : "remove it";
        source.report(
                Code.DUPLICATE_KEY,
                findings.spanOf(key),
                path,
                "\"%s\" is given twice, first on line %d".formatted(key.getValue(), line),
                fix);
    }

    private void oneOf(Block block, Map<String, NodeTuple> written, String path, MappingNode mapping) {
        List<String> given = block.oneOf().stream().filter(written::containsKey).toList();
        if (block.oneOf().isEmpty() || given.size() == 1) {
            return;
        }
        if (given.isEmpty() && block.oneOf().stream().anyMatch(findings::isMisplaced)) {
            return;
        }
        String all = String.join(", ", block.oneOf());
        if (given.isEmpty()) {
            source.report(
                    Code.NOT_EXACTLY_ONE, start(path, mapping), path, "needs one of " + all + ", found none", null);
        } else {
            source.report(
                    Code.NOT_EXACTLY_ONE,
                    findings.span(join(path, given.getLast())),
                    path,
                    "takes exactly one of %s, found %d (%s)".formatted(all, given.size(), String.join(", ", given)),
                    path.startsWith("spec.ladder") ? "make it a rung of its own" : "remove it");
        }
    }

    private void missing(Block block, Map<String, NodeTuple> written, String path, Map<String, Object> values) {
        List<Entry> lacking = block.entries().values().stream()
                .filter(entry -> !written.containsKey(entry.name()))
                .filter(Entry::required)
                .filter(entry -> !findings.isMisplaced(entry.name()))
                .toList();
        for (Entry entry : lacking) {
            source.report(
                    Code.MISSING_KEY,
                    findings.span(path),
                    path,
                    "\"%s\" is missing".formatted(entry.name()),
                    entry.name() + ": " + Examples.of(entry));
        }
        if (lacking.isEmpty()) {
            standards(block, written, values);
        }
    }

    private static void standards(Block block, Map<String, NodeTuple> written, Map<String, Object> values) {
        for (Entry entry : block.entries().values()) {
            if (!written.containsKey(entry.name()) && !entry.standard().isEmpty()) {
                values.put(entry.name(), Standards.of(entry));
            }
        }
    }

    private @Nullable Object items(Node node, Shape.Items shape, String path) {
        if (!(node instanceof SequenceNode sequence)) {
            TypeSlips.report(source, findings, node, shape, path);
            return null;
        }
        var values = new ArrayList<Object>();
        List<Node> items = sequence.getValue();
        for (int i = 0; i < items.size(); i++) {
            String place = path + "[" + i + "]";
            findings.place(place, findings.spanOf(items.get(i)));
            Object value = check(items.get(i), shape.item(), place, "");
            if (value != null && shape.distinct() && values.contains(value)) {
                source.report(
                        Code.DUPLICATE_NAME,
                        findings.spanOf(items.get(i)),
                        place,
                        value + " is given twice",
                        "remove it");
            }
            if (value != null) {
                values.add(value);
            }
        }
        if (items.size() < shape.least() || items.size() > shape.most()) {
            String range = shape.most() == Integer.MAX_VALUE
                    ? "at least " + shape.least()
                    : shape.least() + " to " + shape.most();
            source.report(
                    Code.OUT_OF_RANGE,
                    findings.span(path),
                    path,
                    "has %d items, needs %s".formatted(items.size(), range),
                    null);
            return null;
        }
        return values.size() < items.size() ? null : shape.distinct() ? new LinkedHashSet<>(values) : values;
    }

    private @Nullable Object table(Node node, Shape.Table table, String path) {
        if (!(node instanceof MappingNode mapping)) {
            TypeSlips.report(source, findings, node, table, path);
            return null;
        }
        long before = source.errors();
        var values = new LinkedHashMap<Object, Object>();
        keys(mapping, path).forEach((name, tuple) -> {
            String place = join(path, name);
            findings.place(place, findings.spanOf(tuple.getKeyNode()));
            Reading key = Scalars.read(table.key(), name, false, "");
            if (key instanceof Reading.Bad bad) {
                source.report(bad.code(), findings.spanOf(tuple.getKeyNode()), path, bad.message(), bad.suggestion());
            }
            Object value = check(tuple.getValueNode(), table.value(), place, "");
            if (value != null && key instanceof Reading.Good good) {
                values.put(good.value(), value);
            }
        });
        return source.errors() == before ? values : null;
    }

    private @Nullable Object leaf(Node node, Shape.Leaf leaf, String path, String standard) {
        if (!(node instanceof ScalarNode scalar) || !node.getTag().getValue().startsWith("tag:yaml.org,2002:")) {
            TypeSlips.report(source, findings, node, leaf, path);
            return null;
        }
        boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
        if (plain && swallowedItem(scalar, path)) {
            return null;
        }
        if (leaf.form().isExpression()) {
            return new ExpressionCheck(source, findings).check(scalar, leaf.form(), path, plain);
        }
        return switch (Scalars.read(leaf, scalar.getValue(), plain, standard)) {
            case Reading.Good good -> good.value();
            case Reading.Bad bad -> {
                Span span = scalar.getValue().isEmpty() ? findings.span(path) : findings.spanOf(scalar);
                String advice = bad.suggestion() == null ? Examples.of(leaf, standard) : bad.suggestion();
                source.report(bad.code(), span, path, bad.message(), advice);
                yield null;
            }
        };
    }

    /// YAML reads an item that is indented further than the one above as more words of that one.
    private boolean swallowedItem(ScalarNode scalar, String path) {
        int first = findings.spanOf(scalar).line();
        int last = first
                + scalar.getEndMark().orElseThrow().getLine()
                - scalar.getStartMark().orElseThrow().getLine();
        for (int line = first + 1; line <= last; line++) {
            if (source.line(line).strip().startsWith("- ")) {
                int blamed = LineEdits.isOdd(source.line(first)) ? first : line;
                String text = source.line(blamed);
                Span span = new Span(blamed, text.indexOf('-') + 1, text.strip().length());
                source.report(
                        Code.WRONG_NESTING,
                        span,
                        path,
                        "YAML joins this item with its neighbour; give both the same indentation",
                        text.strip());
                return true;
            }
        }
        return false;
    }

    private Span start(String path, MappingNode mapping) {
        return findings.isThere(path) ? findings.span(path) : findings.spanOf(mapping);
    }

    static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
