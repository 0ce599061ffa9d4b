package dev.lifeboat.edge.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.notice.Rejection;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// JSON from strangers: bounded in every direction, and never understood in two ways.
public final class StrictJson {
    /// The largest real letter is an AWS Health event with some hundred entities, about 60 KiB; SQS allows 256 KiB
    /// (1 MiB since 2025), metadata services answer with less than 4 KiB.
    public static final int MAX_BODY = 256 * 1024;

    /// Real letters nest at most six deep (ASG message in an SNS message's text counts anew).
    private static final int MAX_DEPTH = 32;

    private static final int MAX_NUMBER_LENGTH = 40;

    private static final ObjectReader READER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_BODY)
                            .maxNumberLength(MAX_NUMBER_LENGTH)
                            .maxNameLength(1_000)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private StrictJson() {}

    /// The one value that the body is.
    public static JsonNode read(Payload body) throws Unreadable {
        if (body.length() > MAX_BODY) {
            throw new Unreadable(Rejection.TOO_LARGE, body.length() + " bytes or more, at most " + MAX_BODY);
        }
        return parse(text(body));
    }

    /// The body as text.
    public static String text(Payload body) throws Unreadable {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.bytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Unreadable(Rejection.NOT_UTF8, "not valid UTF-8");
        }
    }

    private static JsonNode parse(String text) throws Unreadable {
        JsonNode value;
        try {
            value = READER.readTree(text);
        } catch (StreamConstraintsException e) {
            throw new Unreadable(Rejection.TOO_DEEP, e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            boolean twice = e.getOriginalMessage().startsWith("Duplicate");
            throw new Unreadable(twice ? Rejection.DUPLICATE_KEY : Rejection.NOT_JSON, where(e));
        }
        if (value.isMissingNode()) {
            throw new Unreadable(Rejection.NOT_JSON, "the body is empty");
        }
        return value;
    }

    private static String where(JsonProcessingException e) {
        var location = e.getLocation();
        return location == null ? "not JSON" : "line " + location.getLineNr() + " column " + location.getColumnNr();
    }
}
