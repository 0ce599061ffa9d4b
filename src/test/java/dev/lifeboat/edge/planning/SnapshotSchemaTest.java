package dev.lifeboat.edge.planning;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.lifeboat.Drawn;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The schema of cluster snapshots is drawn from the types that read them; the page about them leaves out no field.
final class SnapshotSchemaTest {
    private static final Path SCHEMA = Path.of("docs/reference/snapshot.schema.json");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Set<String> fields = new TreeSet<>();

    @Test
    void theSchemaIsThatOfTheTypes() throws IOException {
        Drawn.matches(SCHEMA, JSON.writeValueAsString(schema()) + "\n");
    }

    @Test
    void theExampleIsValid() throws IOException {
        var example = JSON.readTree(
                Drawn.top().resolve("docs/examples/snapshots/shop.json").toFile());

        var errors = JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(JSON.writeValueAsString(schema()))
                .validate(example);

        assertThat(errors).isEmpty();
    }

    @Test
    void thePageNamesEveryField() throws IOException {
        schema();
        String page = Files.readString(Drawn.top().resolve("docs/reference/snapshot.md"));

        assertThat(fields).isNotEmpty().allSatisfy(field -> assertThat(page).containsPattern("`" + field + "(\\[])?`"));
    }

    private ObjectNode schema() {
        ObjectNode root = JSON.createObjectNode()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", "Cluster snapshot, as docs/reference/snapshot.md describes it");
        root.setAll(of(ClusterSnapshot.class));
        root.putArray("required").add("apiVersion").add("kind").add("takenAt");
        return root;
    }

    private ObjectNode of(Type type) {
        ObjectNode node = JSON.createObjectNode();
        if (type instanceof ParameterizedType generic) {
            Type last = List.of(generic.getActualTypeArguments()).getLast();
            if (generic.getRawType() == List.class) {
                node.put("type", "array").set("items", of(last));
            } else {
                node.put("type", "object").set("additionalProperties", of(last));
            }
            return node;
        }
        Class<?> plain = (Class<?>) type;
        return plain.isRecord() ? block(plain, node) : node.put("type", word(plain));
    }

    private ObjectNode block(Class<?> type, ObjectNode node) {
        ObjectNode properties =
                node.put("type", "object").put("additionalProperties", false).putObject("properties");
        for (RecordComponent component : type.getRecordComponents()) {
            fields.add(component.getName());
            properties.set(component.getName(), of(component.getGenericType()));
        }
        return node;
    }

    private static String word(Class<?> type) {
        if (type == String.class) {
            return "string";
        }
        if (type == Boolean.class) {
            return "boolean";
        }
        return type == Double.class ? "number" : "integer";
    }
}
