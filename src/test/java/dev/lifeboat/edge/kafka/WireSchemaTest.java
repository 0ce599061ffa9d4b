package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.Drawn;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What lies in the topics, as JSON Schema drawn from the records that are written there.
final class WireSchemaTest {
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final NodeName NODE = new NodeName("node-a");
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00.123456Z");

    /// Written as one string each.
    private static final Map<Class<?>, String> IDS = Map.of(
            NodeName.class, "^[-.a-z0-9]{1,253}$",
            NoticeId.class, "^[0-9a-f]{16,64}$",
            MigrationId.class, "",
            CheckpointId.class, "",
            WorkloadId.class, "");

    record Page(String file, String title, String about, List<Class<?>> types) {
        @Override
        public String toString() {
            return file;
        }
    }

    static Stream<Page> pages() {
        return Stream.of(
                page("notice", "One record of the topic lifeboat.notices; its key is the node.", Notice.class),
                page(
                        "report",
                        "One record of lifeboat.reports or, heartbeats and echoes, of lifeboat.telemetry or, measurements, of lifeboat.measurements.",
                        Report.class),
                page("order", "One record of lifeboat.orders; its key is the acting node.", Order.class),
                page("journal-event", "One record of lifeboat.journal; its key is the home node.", JournalEvent.class),
                page(
                        "dead-letter",
                        "One record of lifeboat.dead-letters; its key is the source.",
                        DeadLetterRecord.class));
    }

    static Stream<Notice> oneOfEach() {
        NoticeId id = NoticeId.of("x");
        return Stream.of(
                new Notice.Preemption(id, NODE, "ec2-imds", AT, AT.plusSeconds(120), Action.STOP),
                new Notice.Drain(id, NODE, "kubernetes", AT, Duration.ofSeconds(30)),
                new Notice.Advisory(id, NODE, "ec2-imds", AT),
                new Notice.Death(id, NODE, "kubernetes", AT),
                new Notice.Canary(id, NODE, "manual", AT),
                new Notice.Withdrawal(id, NODE, "ec2-imds", AT, NoticeId.of("y")));
    }

    @ParameterizedTest
    @MethodSource("oneOfEach")
    void whatIsWrittenIsReadBackAndAsTheSchemaSays(Notice notice) throws Exception {
        byte[] written = Wire.NOTICES.write(notice);

        assertThat(Wire.NOTICES.read(written)).isEqualTo(notice);
        assertThat(fields(MAPPER.readTree(written)))
                .isEqualTo(fields(shape(notice.getClass()).get("properties")));
    }

    @Test
    void aDeadLetterIsWrittenAsItsSchemaSays() throws IOException {
        var letter = new DeadLetterRecord("azure", "events", AT, "NOT_JSON", "d", 1, "00", Payload.of("x"));

        JsonNode written = MAPPER.readTree(letter.toTopic().value());
        assertThat(fields(written))
                .isEqualTo(fields(shape(DeadLetterRecord.class).get("properties")));
        assertThat(written.get("type").textValue()).isEqualTo(DeadLetterRecord.TYPE);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aSchemaIsDrawnFromTheRecords(Page page) throws Exception {
        ObjectNode schema = MAPPER.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", page.title);
        schema.put("description", page.about);
        var oneOf = schema.putArray("oneOf");
        page.types.forEach(type -> oneOf.add(shape(type)));

        Drawn.matches(
                Path.of("docs/reference/" + page.file + ".schema.json"),
                MAPPER.writeValueAsString(schema).replace(" : ", ": ") + "\n");
    }

    private static Page page(String file, String about, Class<?> root) {
        List<Class<?>> types = Wire.variants(root)
                .<Class<?>>map(type -> type)
                .sorted(Comparator.comparing(Class::getSimpleName))
                .toList();
        return new Page(file, "Lifeboat " + file.replace('-', ' ') + ", version 1", about, types);
    }

    /// One record in its envelope.
    private static ObjectNode shape(Class<?> type) {
        ObjectNode shape = object(type);
        var properties = (ObjectNode) shape.get("properties");
        String name = type == DeadLetterRecord.class ? DeadLetterRecord.TYPE : Wire.name(type);
        properties.putObject("v").put("const", 1);
        properties.putObject("type").put("const", name);
        shape.withArray("required").add("v").add("type");
        return shape;
    }

    private static ObjectNode object(Class<?> type) {
        ObjectNode shape = MAPPER.createObjectNode().put("type", "object");
        ObjectNode properties = shape.putObject("properties");
        var required = shape.putArray("required");
        for (RecordComponent component : type.getRecordComponents()) {
            ObjectNode property = property(component.getGenericType());
            if (nullable(component.getAnnotatedType())) {
                ObjectNode either = MAPPER.createObjectNode();
                either.putArray("oneOf").add(property).addObject().put("type", "null");
                property = either;
            } else {
                required.add(component.getName());
            }
            properties.set(component.getName(), property);
        }
        return shape;
    }

    private static ObjectNode property(Type type) {
        ObjectNode property = MAPPER.createObjectNode();
        if (type instanceof ParameterizedType of) {
            Type inner = of.getActualTypeArguments()[of.getActualTypeArguments().length - 1];
            boolean list = Collection.class.isAssignableFrom((Class<?>) of.getRawType());
            property.put("type", list ? "array" : "object");
            return property.set(list ? "items" : "additionalProperties", property(inner));
        }
        var plain = (Class<?>) type;
        if (IDS.containsKey(plain)) {
            String pattern = IDS.get(plain);
            property.put("type", "string");
            return pattern.isEmpty() ? property : property.put("pattern", pattern);
        }
        if (plain.isEnum()) {
            var names = property.putArray("enum");
            for (Object constant : plain.getEnumConstants()) {
                names.add(((Enum<?>) constant).name());
            }
            return property;
        }
        if (plain.isRecord()) {
            return object(plain);
        }
        return switch (plain.getName()) {
            case "java.lang.String" -> property.put("type", "string");
            case "java.time.Instant" -> property.put("type", "string").put("format", "date-time");
            case "java.time.Duration" -> property.put("type", "string").put("format", "duration");
            case "int", "long", "java.lang.Integer" -> property.put("type", "integer");
            case "double" -> property.put("type", "number");
            case "boolean", "java.lang.Boolean" -> property.put("type", "boolean");
            case "dev.lifeboat.listener.Payload" ->
                property.put("type", "string").put("contentEncoding", "base64");
            default -> {
                if (plain.isSealed()) {
                    var oneOf = property.putArray("oneOf");
                    Wire.variants(plain).forEach(variant -> oneOf.add(shape(variant)));
                    // Within a record there is no envelope, but a type.
                    oneOf.forEach(variant -> ((ObjectNode) variant.get("properties")).remove("v"));
                    oneOf.forEach(variant -> ((ObjectNode) variant).set("required", without(variant.get("required"))));
                    yield property;
                }
                throw new AssertionError("say how " + plain + " is written");
            }
        };
    }

    private static JsonNode without(JsonNode required) {
        var rest = MAPPER.createArrayNode();
        required.forEach(name -> {
            if (!name.textValue().equals("v")) {
                rest.add(name);
            }
        });
        return rest;
    }

    private static boolean nullable(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class);
    }

    private static Set<String> fields(JsonNode object) {
        var names = new TreeSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
