package dev.lifeboat.edge.policyfile;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/// A kind of object that Lifeboat adds to a cluster: a CustomResourceDefinition (apiextensions.k8s.io/v1), read off the
/// same types as the policy files. Components of the records carry [Key][dev.lifeboat.policy.Key].
///
/// @param kind `EvacuationPolicy`
/// @param plural `evacuationpolicies`
/// @param shortName what one types at kubectl
/// @param leftOut keys of the spec that this kind has not, at any depth
/// @param conditions the types and the reasons of its conditions: closed lists
/// @param columns what kubectl prints
public record ResourceDefinition(
        String kind,
        String plural,
        String shortName,
        Scope scope,
        Class<? extends Record> spec,
        Set<String> leftOut,
        Class<? extends Record> status,
        Conditions conditions,
        List<Column> columns) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String GROUP = "lifeboat.dev";

    /// Wide enough that no sentence is broken in the middle of a pattern.
    private static final int WIDTH = 160;

    /// kubectl and helm read YAML 1.1, where a bare `Off` is false, and `True` true; our own flags are `true` and
    /// `false`.
    private static final String ANOTHER_YAMLS_FLAG = "(?m)(: |- )((?i:on|off|yes|no|y|n)|True|False)$";

    private static final int LONGEST_MESSAGE = 4096;

    public ResourceDefinition {
        leftOut = Set.copyOf(leftOut);
        columns = List.copyOf(columns);
    }

    /// Where its objects live.
    public enum Scope {
        Namespaced,
        Cluster
    }

    /// @param types what is told, each once
    /// @param reasons why it is so
    public record Conditions(Class<? extends Enum<?>> types, Class<? extends Enum<?>> reasons) {}

    /// @param type as the API server knows it: string, integer, date
    /// @param priority 0 to be printed always, 1 for `-o wide` only
    public record Column(String name, String type, String path, int priority, String about) {
        /// Printed always.
        public static Column of(String name, String type, String path, String about) {
            return new Column(name, type, path, 0, about);
        }

        /// Printed with `-o wide`.
        public static Column wide(String name, String type, String path, String about) {
            return new Column(name, type, path, 1, about);
        }
    }

    /// `evacuationpolicies.lifeboat.dev`
    public String name() {
        return plural + "." + GROUP;
    }

    /// The definition as YAML, ready for `kubectl apply --server-side`.
    public String yaml() {
        ObjectNode root = JSON.createObjectNode()
                .put("apiVersion", "apiextensions.k8s.io/v1")
                .put("kind", "CustomResourceDefinition");
        root.putObject("metadata").put("name", name());
        ObjectNode body = root.putObject("spec").put("group", GROUP).put("scope", scope.name());
        ObjectNode names = body.putObject("names")
                .put("kind", kind)
                .put("listKind", kind + "List")
                .put("plural", plural)
                .put("singular", kind.toLowerCase(Locale.ROOT));
        names.putArray("shortNames").add(shortName);
        names.putArray("categories").add("lifeboat");
        ObjectNode version = body.putArray("versions")
                .addObject()
                .put("name", "v1alpha1")
                .put("served", true)
                .put("storage", true);
        version.putObject("subresources").putObject("status");
        var printed = version.putArray("additionalPrinterColumns");
        for (Column column : columns) {
            printed.addObject()
                    .put("name", column.name())
                    .put("type", column.type())
                    .put("jsonPath", column.path())
                    .put("priority", column.priority())
                    .put("description", column.about());
        }
        version.putObject("schema").set("openAPIV3Schema", schema());
        return written(root);
    }

    private ObjectNode schema() {
        ObjectNode node = JSON.createObjectNode().put("type", "object");
        ObjectNode properties = node.putObject("properties");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        properties.putObject("metadata").put("type", "object");
        properties.set("spec", new StructuralSchema(leftOut).of(Shapes.of(spec)));
        ObjectNode said = new StructuralSchema(Set.of()).of(Shapes.of(status));
        said.withObject("/properties").set("conditions", conditionsSchema());
        said.withObject("/properties")
                .putObject("observedGeneration")
                .put("type", "integer")
                .put("format", "int64")
                .put("description", "The generation of the spec that the status speaks of.");
        properties.set("status", said);
        node.putArray("required").add("spec");
        return node;
    }

    private ObjectNode conditionsSchema() {
        ObjectNode node = JSON.createObjectNode().put("type", "array").put("x-kubernetes-list-type", "map");
        node.putArray("x-kubernetes-list-map-keys").add("type");
        node.put("description", "What holds of it now, each type once.").put("maxItems", 16);
        ObjectNode item = node.putObject("items").put("type", "object");
        for (String name : List.of("type", "status", "lastTransitionTime", "reason", "message")) {
            item.withArray("/required").add(name);
        }
        ObjectNode properties = item.putObject("properties");
        words(properties.putObject("type"), conditions.types());
        List.of("True", "False", "Unknown")
                .forEach(properties.putObject("status").put("type", "string").putArray("enum")::add);
        words(properties.putObject("reason"), conditions.reasons());
        properties.putObject("message").put("type", "string").put("maxLength", LONGEST_MESSAGE);
        properties.putObject("lastTransitionTime").put("type", "string").put("format", "date-time");
        properties
                .putObject("observedGeneration")
                .put("type", "integer")
                .put("format", "int64")
                .put("minimum", 0);
        return node;
    }

    private static void words(ObjectNode node, Class<? extends Enum<?>> closed) {
        var words = node.put("type", "string").putArray("enum");
        Arrays.stream(closed.getEnumConstants()).map(Shapes::wordOf).forEach(words::add);
    }

    private static String written(ObjectNode root) {
        var tree = JSON.convertValue(root, new TypeReference<LinkedHashMap<String, Object>>() {});
        return new Dump(DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setWidth(WIDTH)
                        .build())
                .dumpToString(tree)
                .replaceAll(ANOTHER_YAMLS_FLAG, "$1\"$2\"");
    }
}
