package dev.lifeboat.edge.launch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Three clouds' metadata services at one address, as far as a listener that finds everything in order needs them.
final class MetadataServices implements AutoCloseable {
    private final Map<String, String> pages = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    MetadataServices() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        pages.put("/latest/api/token", "token");
        pages.put("/computeMetadata/v1/instance/preempted", "FALSE");
        pages.put("/computeMetadata/v1/instance/maintenance-event", "NONE");
        pages.put("/metadata/instance/compute/name", "vm-0");
        pages.put("/metadata/scheduledevents", "{\"DocumentIncarnation\":1,\"Events\":[]}");
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void say(String path, String body) {
        pages.put(path, body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String page = pages.get(exchange.getRequestURI().getPath());
            byte[] body = (page == null ? "" : page).getBytes(StandardCharsets.UTF_8);
            String type = page != null && page.startsWith("{") ? "application/json" : "text/plain";
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.getResponseHeaders().set("Metadata-Flavor", "Google");
            exchange.getResponseHeaders()
                    .set("ETag", Integer.toHexString(String.valueOf(page).hashCode()));
            exchange.sendResponseHeaders(page == null ? 404 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
