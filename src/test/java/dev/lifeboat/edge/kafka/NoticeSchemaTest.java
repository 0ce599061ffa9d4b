package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.Drawn;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NoticeSchemaTest {
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final NodeName NODE = new NodeName("node-a");
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00.123456Z");

    static Stream<Notice> oneOfEach() {
        NoticeId id = NoticeId.of("x");
        return Stream.of(
                new Notice.Preemption(id, NODE, "ec2-imds", AT, AT.plusSeconds(120), Action.STOP),
                new Notice.Drain(id, NODE, "kubernetes", AT, Duration.ofSeconds(30)),
                new Notice.Advisory(id, NODE, "ec2-imds", AT),
                new Notice.Death(id, NODE, "kubernetes", AT),
                new Notice.Withdrawal(id, NODE, "ec2-imds", AT, NoticeId.of("y")));
    }

    @ParameterizedTest
    @MethodSource("oneOfEach")
    void whatIsWrittenIsReadBack(Notice notice) throws Exception {
        assertThat(Wire.NOTICES.read(Wire.NOTICES.write(notice))).isEqualTo(notice);
    }

    @Test
    void theSchemaIsDrawnFromTheRecords() throws Exception {
        ObjectNode schema = MAPPER.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Lifeboat notice, version 1");
        schema.put("description", "One record of the topic lifeboat.notices; its key is the node.");
        var oneOf = schema.putArray("oneOf");
        oneOfEach().forEach(notice -> oneOf.add(shape(notice)));

        Drawn.matches(
                Path.of("docs/reference/notice.schema.json"),
                MAPPER.writeValueAsString(schema).replace(" : ", ": ") + "\n");
    }

    /// Takes names and types from what is really written, so that the schema cannot promise anything else.
    private static ObjectNode shape(Notice notice) {
        ObjectNode written = decode(Wire.NOTICES.write(notice));
        ObjectNode shape = MAPPER.createObjectNode().put("type", "object");
        ObjectNode properties = shape.putObject("properties");
        var required = shape.putArray("required");
        written.fieldNames().forEachRemaining(name -> {
            required.add(name);
            properties.set(name, property(name, written));
        });
        return shape;
    }

    private static ObjectNode property(String name, ObjectNode written) {
        ObjectNode property = MAPPER.createObjectNode();
        return switch (name) {
            case "v", "type" -> property.set("const", written.get(name));
            case "id", "withdrawn" -> property.put("type", "string").put("pattern", "^[0-9a-f]{16,64}$");
            case "node" -> property.put("type", "string").put("pattern", "^[-.a-z0-9]{1,253}$");
            case "source" -> property.put("type", "string");
            case "receivedAt", "closesAt" -> property.put("type", "string").put("format", "date-time");
            case "grace" -> property.put("type", "string").put("format", "duration");
            case "action" -> {
                List<String> actions =
                        Arrays.stream(Action.values()).map(Enum::name).toList();
                var names = property.putArray("enum");
                actions.forEach(names::add);
                yield property;
            }
            default -> throw new AssertionError("say what " + name + " may be");
        };
    }

    private static ObjectNode decode(byte[] json) {
        try {
            return (ObjectNode) MAPPER.readTree(json);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
