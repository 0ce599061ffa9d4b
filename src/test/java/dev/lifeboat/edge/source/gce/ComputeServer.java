package dev.lifeboat.edge.source.gce;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Answers two of the Compute Engine API's methods as its REST reference documents them (read 2026-11):
/// `instances.get` and `zoneOperations.list`.
final class ComputeServer implements AutoCloseable {
    static final String TOKEN = "ya29.token";
    private static final String ZONE = "/projects/p/zones/z/";

    private final HttpServer server;
    private final Map<String, String> instances = new ConcurrentHashMap<>();
    private volatile String operations = "";
    private volatile boolean open = true;

    ComputeServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/compute/v1", exchange -> answer(exchange, "/compute/v1"));
        // Only what a node asks for itself comes with a token.
        server.createContext("/compute/beta", exchange -> {
            boolean known =
                    ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            if (known && open) {
                answer(exchange, "/compute/beta");
            } else {
                reply(exchange, 403, error(403, "PERMISSION_DENIED"));
            }
        });
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void instance(String name, String id, String status, String scheduling) {
        instances.put(name, """
                {"kind":"compute#instance","id":"%s","name":"%s","status":"%s","machineType":"https://compute.googleapis.com/compute/v1/projects/p/zones/z/machineTypes/n2-standard-4","scheduling":%s}
                """.formatted(id, name, status, scheduling));
    }

    void remove(String name) {
        instances.remove(name);
    }

    void operation(String type, String targetId, String status) {
        operations = """
                {"id":"1","name":"operation-1","operationType":"%s","targetId":"%s","status":"%s"}""".formatted(type, targetId, status);
    }

    /// Whether nodes may ask about themselves.
    void permit(String answer) {
        open = answer.equals("yes");
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange, String version) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(version.length());
        if (path.equals(ZONE + "operations")) {
            reply(exchange, 200, "{\"kind\":\"compute#operationList\",\"items\":[" + operations + "]}");
            return;
        }
        String instance = path.startsWith(ZONE + "instances/")
                ? instances.getOrDefault(path.substring((ZONE + "instances/").length()), "")
                : "";
        reply(exchange, instance.isEmpty() ? 404 : 200, instance.isEmpty() ? error(404, "NOT_FOUND") : instance);
    }

    private static String error(int code, String status) {
        return "{\"error\":{\"code\":%d,\"message\":\"%s\",\"status\":\"%s\"}}".formatted(code, status, status);
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
