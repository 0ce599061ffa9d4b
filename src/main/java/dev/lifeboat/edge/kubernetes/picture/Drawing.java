package dev.lifeboat.edge.kubernetes.picture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.edge.kubernetes.resource.Condition;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One object as it is to be.
///
/// @param home the node whose partition draws it
/// @param status without what the API server has to say first: the generation
record Drawing(Name name, NodeName home, ObjectNode spec, ObjectNode status, List<Stated> conditions) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    Drawing {
        conditions = List.copyOf(conditions);
    }

    /// A condition, and since when its status is what it is.
    record Stated(Condition condition, Instant since) {
        /// The same, or the newer one, whose time counts if the status is another one.
        Stated then(Condition next, Instant at) {
            return new Stated(next, next.status() == condition.status() ? since : at);
        }
    }

    /// @param generation of the object that it is written to
    ObjectNode status(long generation) {
        ObjectNode whole = status.deepCopy().put("observedGeneration", generation);
        var list = whole.putArray("conditions");
        for (Stated each : conditions) {
            list.addObject()
                    .put("type", each.condition().type().name())
                    .put("status", each.condition().status().name())
                    .put("reason", each.condition().reason().name())
                    .put("message", each.condition().message())
                    .put("observedGeneration", generation)
                    .put("lastTransitionTime", time(each.since()));
        }
        return whole;
    }

    /// Whether what the API server holds says this and nothing else.
    boolean is(JsonNode object) {
        return hasSpec(object) && hasStatus(object);
    }

    boolean hasSpec(JsonNode object) {
        return plain(spec).equals(object.path("spec"));
    }

    boolean hasStatus(JsonNode object) {
        long generation = object.path("metadata").path("generation").asLong();
        return plain(status(generation)).equals(object.path("status"));
    }

    static ObjectNode node() {
        return JSON.createObjectNode();
    }

    /// Numbers as they come out of a text, whatever they were put in as.
    static JsonNode plain(Object tree) {
        try {
            return JSON.readTree(JSON.writeValueAsString(tree));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON is not JSON", e);
        }
    }

    /// To the second, as Kubernetes has it.
    static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /// `256.0Mi`.
    private static String quantity(ByteCount size) {
        return size.toString().replace(" B", "").replace(" ", "").replace("iB", "i");
    }

    static void put(ObjectNode node, String key, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case Instant at -> node.put(key, time(at));
            case ByteCount size -> node.put(key, quantity(size));
            case Integer number -> node.put(key, number);
            case Duration took ->
                node.put(
                        key,
                        BigDecimal.valueOf(took.toMillis(), 3)
                                        .stripTrailingZeros()
                                        .toPlainString()
                                + "s");
            default -> node.put(key, value.toString());
        }
    }
}
