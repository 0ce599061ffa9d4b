package dev.lifeboat.edge.policyfile;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Says what is wrong where a mapping, a list or a scalar stands in the place of another.
final class TypeSlips {
    private static final Pattern NO_SPACE = Pattern.compile("^([A-Za-z]\\w*):(\\S.*)$", Pattern.DOTALL);

    private TypeSlips() {}

    static void report(Source source, Findings findings, Node node, Shape wanted, String path) {
        boolean empty = node instanceof ScalarNode scalar && scalar.getValue().isEmpty();
        source.report(
                Code.WRONG_TYPE,
                empty ? findings.span(path) : findings.spanOf(node),
                path,
                "expected %s, got %s".formatted(words(wanted), words(node)),
                Optional.ofNullable(suggestion(node, wanted)).orElseGet(() -> Examples.of(wanted)));
    }

    private static @Nullable String suggestion(Node node, Shape wanted) {
        return switch (wanted) {
            case Shape.Block _, Shape.Table _ -> forMapping(node, wanted);
            case Shape.Items items -> forList(node, items);
            case Shape.Leaf leaf -> forScalar(node, leaf);
            case Shape.Anything _ -> null;
        };
    }

    private static @Nullable String forMapping(Node node, Shape wanted) {
        if (node instanceof SequenceNode) {
            return "remove the \"- \" (or the brackets): it is a mapping, not a list";
        }
        if (!(node instanceof ScalarNode scalar)) {
            return null;
        }
        if (scalar.getValue().isEmpty()) {
            return wanted instanceof Shape.Block block
                            && block.entries().values().stream().anyMatch(Shape.Entry::required)
                    ? null
                    : "{}";
        }
        var slip = NO_SPACE.matcher(scalar.getValue());
        return slip.matches() ? slip.group(1) + ": " + slip.group(2) : inBlock(scalar.getValue(), wanted);
    }

    private static @Nullable String inBlock(String text, Shape wanted) {
        if (wanted instanceof Shape.Block block && block.entries().size() <= 3) {
            return block.entries().keySet().stream()
                    .findFirst()
                    .map(key -> "{" + key + ": " + text + "}")
                    .orElse("{}");
        }
        return null;
    }

    private static @Nullable String forList(Node node, Shape.Items wanted) {
        if (node instanceof MappingNode) {
            return wanted.item() instanceof Shape.Block
                    ? "start each item with \"- \""
                    : "write a list: [" + Examples.of(wanted.item()) + "]";
        }
        if (node instanceof ScalarNode scalar && !scalar.getValue().isEmpty()) {
            String inside = scalar.getValue().strip();
            String items = wanted.item() instanceof Shape.Leaf ? commaSeparated(inside) : inside;
            return inside.startsWith("- ") ? inside : "[" + items + "]";
        }
        return null;
    }

    private static String commaSeparated(String text) {
        return String.join(", ", List.of(text.split("\\s*,\\s*|\\s+")));
    }

    private static @Nullable String forScalar(Node node, Shape.Leaf leaf) {
        if (node instanceof SequenceNode list
                && list.getValue().size() == 1
                && list.getValue().getFirst() instanceof ScalarNode only) {
            return only.getValue();
        }
        if (node instanceof MappingNode mapping
                && mapping.getValue().size() == 1
                && mapping.getValue().getFirst().getValueNode() instanceof ScalarNode only) {
            return only.getValue();
        }
        boolean tagged = node instanceof ScalarNode && leaf.form().isExpression();
        return tagged ? "'" + node.getTag().getValue() + ((ScalarNode) node).getValue() + "'" : null;
    }

    private static String words(Shape shape) {
        return switch (shape) {
            case Shape.Block _, Shape.Table _ -> "a mapping";
            case Shape.Items _ -> "a list";
            case Shape.Leaf leaf -> leaf.form().words();
            case Shape.Anything _ -> "anything";
        };
    }

    private static String words(Node node) {
        if (node instanceof ScalarNode scalar) {
            boolean tagged = !node.getTag().getValue().startsWith("tag:yaml.org,2002:");
            return tagged
                    ? "the YAML tag " + node.getTag().getValue() + "; quote the text"
                    : scalar.getValue().isEmpty() ? "nothing" : Scalars.quoted(scalar.getValue());
        }
        return node instanceof SequenceNode ? "a list" : "a mapping";
    }
}
