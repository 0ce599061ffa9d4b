package dev.lifeboat.edge.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Plausibility;
import dev.lifeboat.notice.Rejection;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/// One JSON object whose fields are asked for by name, type and bound.
///
/// Fields that nobody asks for are ignored: vendors add some without notice.
public final class Fields {
    /// Longer than any id, name or code that a cloud hands out; ARNs are at most 2048.
    private static final int MAX_TEXT = 2_048;

    private final JsonNode object;
    private final String path;

    private Fields(JsonNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /// What a parser does with a letter's body.
    public interface Parser {
        List<Reading> parse() throws Unreadable;
    }

    /// Runs a parser; what it cannot read becomes a reading, too.
    public static List<Reading> reading(Parser parser) {
        try {
            return parser.parse();
        } catch (Unreadable e) {
            return List.of(new Reading.Unreadable(e.reason(), e.detail()));
        }
    }

    /// The body as one object.
    public static Fields of(Payload body) throws Unreadable {
        return object(StrictJson.read(body), "$");
    }

    /// The body as a list of objects, at most `limit`.
    public static List<Fields> listOf(Payload body, int limit) throws Unreadable {
        return objects(StrictJson.read(body), "$", limit);
    }

    /// A text that must be there and not blank.
    public String text(String name) throws Unreadable {
        JsonNode value = required(name);
        if (!value.isTextual()) {
            throw new Unreadable(Rejection.WRONG_TYPE, at(name) + " is no text");
        }
        String text = value.textValue();
        if (text.isBlank()) {
            throw new Unreadable(Rejection.MISSING_FIELD, at(name) + " is empty");
        }
        if (text.length() > MAX_TEXT) {
            throw new Unreadable(Rejection.TOO_DEEP, at(name) + " has " + text.length() + " characters");
        }
        return text;
    }

    /// A text, or `otherwise` when the field is absent, null or blank.
    public String text(String name, String otherwise) throws Unreadable {
        JsonNode value = object.get(name);
        boolean absent = value == null
                || value.isNull()
                || (value.isTextual() && value.textValue().isBlank());
        return absent ? otherwise : text(name);
    }

    public boolean has(String name) {
        return object.hasNonNull(name);
    }

    /// Yes or no; no when the field is absent or null.
    public boolean flag(String name) throws Unreadable {
        JsonNode value = object.get(name);
        if (value == null || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw new Unreadable(Rejection.WRONG_TYPE, at(name) + " is neither true nor false");
        }
        return value.booleanValue();
    }

    /// A whole number.
    public long number(String name) throws Unreadable {
        JsonNode value = required(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new Unreadable(Rejection.WRONG_TYPE, at(name) + " is no whole number");
        }
        return value.longValue();
    }

    public Fields object(String name) throws Unreadable {
        return object(required(name), at(name));
    }

    public List<Fields> objects(String name, int limit) throws Unreadable {
        return objects(required(name), at(name), limit);
    }

    /// A list of texts, at most `limit`.
    public List<String> texts(String name, int limit) throws Unreadable {
        JsonNode list = list(required(name), at(name), limit);
        var texts = new ArrayList<String>();
        for (JsonNode item : list) {
            if (!item.isTextual() || item.textValue().length() > MAX_TEXT) {
                throw new Unreadable(Rejection.WRONG_TYPE, at(name) + " holds something that is no text");
            }
            texts.add(item.textValue());
        }
        return texts;
    }

    /// An RFC 3339 time.
    public Instant time(String name) throws Unreadable {
        String text = text(name);
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw badTime(name, text);
        }
    }

    /// A deadline that can be true.
    public static Instant plausible(Instant closesAt, Plausibility rule, Instant now) throws Unreadable {
        var objection = rule.objection(closesAt, now);
        if (objection.isPresent()) {
            throw new Unreadable(objection.get(), "the deadline " + closesAt + " was read at " + now);
        }
        return closesAt;
    }

    public Unreadable badTime(String name, String text) {
        return new Unreadable(Rejection.BAD_TIME, at(name) + " is no time: " + shortened(text));
    }

    public Unreadable unknown(Rejection reason, String name, String text) {
        return new Unreadable(reason, at(name) + " is unknown: " + shortened(text));
    }

    public static NodeName nodeName(String text) throws Unreadable {
        try {
            return new NodeName(text);
        } catch (IllegalArgumentException e) {
            throw new Unreadable(Rejection.BAD_NODE, String.valueOf(e.getMessage()));
        }
    }

    private JsonNode required(String name) throws Unreadable {
        JsonNode value = object.get(name);
        if (value == null || value.isNull()) {
            throw new Unreadable(Rejection.MISSING_FIELD, at(name) + " is missing");
        }
        return value;
    }

    private static Fields object(JsonNode value, String path) throws Unreadable {
        if (!value.isObject()) {
            throw new Unreadable(Rejection.WRONG_SHAPE, path + " is no object");
        }
        return new Fields(value, path);
    }

    private static List<Fields> objects(JsonNode value, String path, int limit) throws Unreadable {
        JsonNode list = list(value, path, limit);
        var objects = new ArrayList<Fields>();
        for (JsonNode item : list) {
            objects.add(object(item, path + '[' + objects.size() + ']'));
        }
        return objects;
    }

    private static JsonNode list(JsonNode value, String path, int limit) throws Unreadable {
        if (!value.isArray()) {
            throw new Unreadable(Rejection.WRONG_SHAPE, path + " is no list");
        }
        if (value.size() > limit) {
            throw new Unreadable(Rejection.TOO_LARGE, path + " has " + value.size() + " items, at most " + limit);
        }
        return value;
    }

    private String at(String name) {
        return path + '.' + name;
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
