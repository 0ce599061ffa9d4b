package dev.lifeboat.edge.policyfile;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.edge.policyfile.Shape.Block;
import dev.lifeboat.edge.policyfile.Shape.Entry;
import dev.lifeboat.edge.policyfile.Shape.Form;
import dev.lifeboat.edge.policyfile.Shape.Leaf;
import dev.lifeboat.policy.Text;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A shape as an API server takes it: a structural schema (Kubernetes documentation, "Extend the Kubernetes
/// API with CustomResourceDefinitions", read 2026-11), which is JSON Schema without mixed types, unique items
/// and closed objects. What that leaves unsaid is said in CEL, whose cost the API server bounds beforehand:
/// hence a bound on everything.
final class StructuralSchema {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// `8760h59m59.999999999s` and shorter.
    private static final int LONGEST_DURATION = 32;

    private static final int MOST_ITEMS = 256;
    private static final int MOST_ENTRIES = 64;

    /// Longer than any name that Kubernetes allows.
    private static final int LONGEST_TEXT = 4096;

    private final Set<String> leftOut;

    /// @param leftOut keys that this kind of object has not
    StructuralSchema(Set<String> leftOut) {
        this.leftOut = leftOut;
    }

    ObjectNode of(Shape shape) {
        return switch (shape) {
            case Block block -> of(block);
            case Shape.Items items -> of(items);
            case Shape.Table table -> of(table);
            case Leaf leaf -> of(leaf);
            case Shape.Anything _ -> JSON.createObjectNode().put("x-kubernetes-preserve-unknown-fields", true);
        };
    }

    private ObjectNode of(Block block) {
        ObjectNode node = JSON.createObjectNode().put("type", "object");
        List<Entry> entries = block.entries().values().stream()
                .filter(entry -> !leftOut.contains(entry.name()))
                .toList();
        if (!entries.isEmpty()) {
            ObjectNode properties = node.putObject("properties");
            entries.forEach(
                    entry -> properties.set(entry.name(), of(entry.shape()).put("description", about(entry))));
        }
        List<String> required =
                entries.stream().filter(Entry::required).map(Entry::name).toList();
        if (!required.isEmpty()) {
            required.forEach(node.putArray("required")::add);
        }
        rules(node, SchemaRule.of(block, entries.stream().map(Entry::name).collect(Collectors.toSet())));
        return node;
    }

    private static String about(Entry entry) {
        boolean tells = !entry.standard().isEmpty()
                && !entry.standard().equals("{}")
                && !entry.standard().equals("[]");
        return tells ? entry.about() + " Default: " + entry.standard() + "." : entry.about();
    }

    private ObjectNode of(Shape.Items items) {
        ObjectNode node = JSON.createObjectNode().put("type", "array");
        node.set("items", of(items.item()));
        if (items.least() > 0) {
            node.put("minItems", items.least());
        }
        node.put("maxItems", Math.min(items.most(), MOST_ITEMS));
        if (items.distinct()) {
            node.put("x-kubernetes-list-type", "set");
        } else if (items.item() instanceof Block block && isNamed(block)) {
            // Nothing may be named twice, and two writers can each own an item.
            node.put("x-kubernetes-list-type", "map")
                    .putArray("x-kubernetes-list-map-keys")
                    .add("name");
        }
        return node;
    }

    private static boolean isNamed(Block block) {
        Entry name = block.entries().get("name");
        return name != null && name.required();
    }

    private ObjectNode of(Shape.Table table) {
        ObjectNode node = JSON.createObjectNode().put("type", "object");
        if (table.key().form() == Form.CHOICE) {
            ObjectNode properties = node.putObject("properties");
            table.key().words().forEach(word -> properties.set(word, of(table.value())));
            return node;
        }
        node.set("additionalProperties", of(table.value()));
        return node.put("maxProperties", MOST_ENTRIES);
    }

    private static ObjectNode of(Leaf leaf) {
        ObjectNode node = JSON.createObjectNode();
        switch (leaf.form()) {
            case CHOICE -> leaf.words().forEach(node.put("type", "string").putArray("enum")::add);
            case WHOLE -> range(node.put("type", "integer"), leaf);
            case NUMBER -> range(node.put("type", "number"), leaf);
            case FLAG -> node.put("type", "boolean");
            case DURATION -> {
                node.put("type", "string").put("maxLength", LONGEST_DURATION).put("pattern", JsonSchema.DURATION);
                rules(node, SchemaRule.between(leaf));
            }
            case BYTES -> wholeOrText(node, JsonSchema.BYTES);
            case CPU -> wholeOrText(node, JsonSchema.CPU);
            case TEXT -> text(node.put("type", "string"), leaf.text());
            case MOMENT -> node.put("type", "string").put("format", "date-time");
            case CONDITION, COMPLETION, GROUPING ->
                node.put("type", "string").put("minLength", 1).put("maxLength", Expressions.MAX_LENGTH);
        }
        return node;
    }

    private static void range(ObjectNode node, Leaf leaf) {
        if (!leaf.least().isEmpty()) {
            node.put("minimum", new BigDecimal(leaf.least()));
        }
        if (!leaf.most().isEmpty()) {
            node.put("maximum", new BigDecimal(leaf.most()));
        }
    }

    private static void wholeOrText(ObjectNode node, String pattern) {
        var either = node.putArray("anyOf");
        either.addObject().put("type", "integer");
        either.addObject().put("type", "string");
        node.put("maxLength", LONGEST_DURATION).put("pattern", pattern).put("x-kubernetes-int-or-string", true);
    }

    private static void text(ObjectNode node, Text form) {
        node.put("maxLength", LONGEST_TEXT);
        switch (form) {
            case ANY -> {}
            case FILLED -> node.put("pattern", "\\S");
            case NAME, GLOB, KIND, PATH, LABEL_KEY, LABEL_VALUE, CPU_FEATURE, INSTANT ->
                node.put("pattern", "^" + form.pattern() + "$");
        }
    }

    private static void rules(ObjectNode node, List<SchemaRule> rules) {
        if (!rules.isEmpty()) {
            var list = node.putArray("x-kubernetes-validations");
            rules.forEach(rule -> list.addObject().put("rule", rule.cel()).put("message", rule.message()));
        }
    }
}
