package dev.lifeboat.edge.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/// Notices as they stand in the topic: JSON, one object a record, described by `docs/reference/notice.schema.json`.
///
/// Readers ignore fields that they do not know; a change that old readers would misunderstand takes a new version.
public final class NoticeJson {
    public static final int VERSION = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private NoticeJson() {}

    public static byte[] encode(Notice notice) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("v", VERSION);
        json.put("type", type(notice));
        json.put("id", notice.id().value());
        json.put("node", notice.node().value());
        json.put("source", notice.source());
        json.put("receivedAt", notice.receivedAt().toString());
        switch (notice) {
            case Notice.Preemption preemption -> {
                json.put("closesAt", preemption.closesAt().toString());
                json.put("action", preemption.action().name());
            }
            case Notice.Drain drain -> json.put("grace", drain.grace().toString());
            case Notice.Withdrawal withdrawal ->
                json.put("withdrawn", withdrawal.withdrawn().value());
            case Notice.Advisory _, Notice.Death _ -> {}
        }
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers can always be written", e);
        }
    }

    /// @throws IllegalArgumentException when the record is no notice of this version, saying why
    public static Notice decode(byte[] record) {
        try {
            return notice(MAPPER.readTree(record));
        } catch (IOException | DateTimeException e) {
            throw new IllegalArgumentException("no notice: " + e.getMessage(), e);
        }
    }

    private static Notice notice(JsonNode json) {
        if (json.path("v").asInt() != VERSION) {
            throw new IllegalArgumentException("a notice of version " + json.path("v") + ", not " + VERSION);
        }
        var id = new NoticeId(text(json, "id"));
        var node = new NodeName(text(json, "node"));
        String source = text(json, "source");
        Instant receivedAt = Instant.parse(text(json, "receivedAt"));
        String type = text(json, "type");
        return switch (type) {
            case "preemption" ->
                new Notice.Preemption(
                        id,
                        node,
                        source,
                        receivedAt,
                        Instant.parse(text(json, "closesAt")),
                        Action.valueOf(text(json, "action")));
            case "drain" -> new Notice.Drain(id, node, source, receivedAt, Duration.parse(text(json, "grace")));
            case "advisory" -> new Notice.Advisory(id, node, source, receivedAt);
            case "death" -> new Notice.Death(id, node, source, receivedAt);
            case "withdrawal" ->
                new Notice.Withdrawal(id, node, source, receivedAt, new NoticeId(text(json, "withdrawn")));
            default -> throw new IllegalArgumentException("a notice of unknown type " + type);
        };
    }

    private static String type(Notice notice) {
        return switch (notice) {
            case Notice.Preemption _ -> "preemption";
            case Notice.Drain _ -> "drain";
            case Notice.Advisory _ -> "advisory";
            case Notice.Death _ -> "death";
            case Notice.Withdrawal _ -> "withdrawal";
        };
    }

    private static String text(JsonNode json, String name) {
        JsonNode value = json.path(name);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("a notice without text in " + name);
        }
        return value.textValue();
    }
}
