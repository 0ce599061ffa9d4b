package dev.lifeboat.edge.policyfile;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.edge.policyfile.Shape.Block;
import dev.lifeboat.edge.policyfile.Shape.Entry;
import dev.lifeboat.edge.policyfile.Shape.Form;
import dev.lifeboat.edge.policyfile.Shape.Leaf;
import java.math.BigDecimal;

/// The shape of a policy as JSON Schema (draft 2020-12), so that editors complete and check while one types.
final class JsonSchema {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static final String DURATION = "^([0-9]+(\\.[0-9]*)?(ns|us|µs|ms|s|m|h))+$";
    static final String BYTES = "^[0-9]+(\\.[0-9]*)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$";
    static final String CPU = "^[0-9]+(\\.[0-9]{0,3})?m?$";

    private JsonSchema() {}

    static String text() {
        ObjectNode root = JSON.createObjectNode()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("$id", "https://lifeboat.dev/schema/v1alpha1/policy.json")
                .put("title", "Lifeboat policy, lifeboat.dev/v1alpha1");
        root.setAll(of(Documents.POLICY));
        return root.toPrettyString() + "\n";
    }

    private static ObjectNode of(Shape shape) {
        return switch (shape) {
            case Block block -> of(block);
            case Shape.Items items -> of(items);
            case Shape.Table table -> of(table);
            case Leaf leaf -> of(leaf);
            case Shape.Anything _ -> JSON.createObjectNode();
        };
    }

    private static ObjectNode of(Block block) {
        ObjectNode node = JSON.createObjectNode().put("type", "object");
        ObjectNode properties = node.putObject("properties");
        for (Entry entry : block.entries().values()) {
            ObjectNode property = of(entry.shape());
            property.put("description", entry.about());
            if (!entry.standard().isEmpty() && !entry.standard().equals("{}")) {
                property.put("default", entry.standard());
            }
            properties.set(entry.name(), property);
        }
        node.put("additionalProperties", false);
        var required = block.entries().values().stream().filter(Entry::required).toList();
        if (!required.isEmpty()) {
            var names = node.putArray("required");
            required.forEach(entry -> names.add(entry.name()));
        }
        if (!block.oneOf().isEmpty()) {
            var choices = node.putArray("oneOf");
            block.oneOf()
                    .forEach(name -> choices.addObject().putArray("required").add(name));
        }
        return node;
    }

    private static ObjectNode of(Shape.Items items) {
        ObjectNode node = JSON.createObjectNode().put("type", "array");
        node.set("items", of(items.item()));
        if (items.least() > 0) {
            node.put("minItems", items.least());
        }
        if (items.most() < Integer.MAX_VALUE) {
            node.put("maxItems", items.most());
        }
        if (items.distinct()) {
            node.put("uniqueItems", true);
        }
        return node;
    }

    private static ObjectNode of(Shape.Table table) {
        ObjectNode node = JSON.createObjectNode().put("type", "object");
        if (table.key().form() == Form.CHOICE) {
            words(node.putObject("propertyNames"), table.key());
        } else if (table.key().text() != dev.lifeboat.policy.Text.ANY) {
            text(node.putObject("propertyNames"), table.key());
        }
        node.set("additionalProperties", of(table.value()));
        return node;
    }

    private static ObjectNode of(Leaf leaf) {
        ObjectNode node = JSON.createObjectNode();
        switch (leaf.form()) {
            case CHOICE -> words(node, leaf);
            case WHOLE -> range(node.put("type", "integer"), leaf);
            case NUMBER -> range(node.put("type", "number"), leaf);
            case FLAG -> node.put("type", "boolean");
            case DURATION -> node.put("type", "string").put("pattern", DURATION);
            // Kubernetes takes a bare number for a quantity too.
            case BYTES -> eitherWay(node, BYTES);
            case CPU -> eitherWay(node, CPU);
            case TEXT -> text(node.put("type", "string"), leaf);
            case MOMENT -> node.put("type", "string").put("format", "date-time");
            case CONDITION, COMPLETION, GROUPING ->
                node.put("type", "string").put("minLength", 1).put("maxLength", Expressions.MAX_LENGTH);
        }
        return node;
    }

    private static void words(ObjectNode node, Leaf leaf) {
        var words = node.putArray("enum");
        leaf.words().forEach(words::add);
    }

    private static void range(ObjectNode node, Leaf leaf) {
        node.put("minimum", new BigDecimal(leaf.least())).put("maximum", new BigDecimal(leaf.most()));
    }

    private static void eitherWay(ObjectNode node, String pattern) {
        node.putArray("type").add("string").add("number");
        node.put("pattern", pattern);
    }

    private static void text(ObjectNode node, Leaf leaf) {
        if (leaf.text() != dev.lifeboat.policy.Text.ANY && leaf.text() != dev.lifeboat.policy.Text.FILLED) {
            node.put("pattern", "^" + leaf.text().pattern() + "$");
        } else if (leaf.text() == dev.lifeboat.policy.Text.FILLED) {
            node.put("minLength", 1);
        }
    }
}
