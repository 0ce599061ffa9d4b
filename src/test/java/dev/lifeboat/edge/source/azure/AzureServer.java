package dev.lifeboat.edge.source.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Behaves as Azure documents its metadata service: 400 without the header `Metadata: true`; an event
/// whose start is requested has started, has no time any more, and the document's incarnation is one
/// more; a request to start what is not scheduled is a 400.
final class AzureServer implements AutoCloseable {
    /// The ids that were asked to start, whether they were or not.
    final List<String> startRequests = new CopyOnWriteArrayList<>();

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpServer server;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private int incarnation = 1;
    private String events = "[]";
    private String raw = "";
    private volatile Duration slowness = Duration.ZERO;

    AzureServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/metadata/scheduledevents", this::late);
        server.createContext("/metadata/instance/compute/name", exchange -> reply(exchange, 200, "pool_0"));
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// Announces exactly these events, each a JSON object.
    synchronized void announce(String... objects) {
        events = "[" + String.join(",", objects) + "]";
        incarnation++;
        raw = "";
    }

    /// Answers with this, whatever it is.
    synchronized void say(String document) {
        raw = document;
    }

    /// Answers what is asked of events from now on so much later, as it does while the service is being turned on.
    void takeItsTime(Duration slow) {
        slowness = slow;
    }

    @Override
    public void close() {
        clock.shutdownNow();
        server.stop(0);
    }

    private void late(HttpExchange exchange) {
        var _ = clock.schedule(() -> scheduledEvents(exchange), slowness.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized boolean scheduledEvents(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            reply(exchange, start(MAPPER.readTree(exchange.getRequestBody())), "");
        } else if (raw.isEmpty()) {
            reply(exchange, 200, "{\"DocumentIncarnation\":" + incarnation + ",\"Events\":" + events + "}");
        } else {
            reply(exchange, 200, raw);
        }
        return true;
    }

    private int start(JsonNode request) throws IOException {
        var wanted = new ArrayList<String>();
        request.path("StartRequests")
                .forEach(one -> wanted.add(one.path("EventId").asText()));
        startRequests.addAll(wanted);
        JsonNode standing = MAPPER.readTree(events);
        for (String id : wanted) {
            boolean began = false;
            for (JsonNode event : standing) {
                if (event.path("EventId").asText().equals(id)
                        && event.path("EventStatus").asText().equals("Scheduled")) {
                    ((ObjectNode) event).put("EventStatus", "Started").put("NotBefore", "");
                    began = true;
                }
            }
            if (!began) {
                return 400;
            }
        }
        events = standing.toString();
        incarnation++;
        return 200;
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        boolean asked = "true".equals(exchange.getRequestHeaders().getFirst("Metadata"));
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(asked ? status : 400, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
