package dev.lifeboat.edge.source.ec2;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lifeboat.listener.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Behaves as IMDSv2 is documented: a token by PUT with its time to live, 401 without a valid one, 404 for what is
/// not announced.
final class ImdsServer implements AutoCloseable {
    final AtomicInteger tokensIssued = new AtomicInteger();
    final AtomicInteger refusals = new AtomicInteger();

    private final HttpServer server;
    private final Map<String, Page> pages = new ConcurrentHashMap<>();
    private volatile String validToken = "";

    private volatile boolean refusing;
    private volatile @Nullable Page issued;

    private record Page(int status, String contentType, Payload body) {}

    ImdsServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/latest/api/token", this::token);
        server.createContext("/latest/meta-data/", this::metadata);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void announce(ImdsPath path, String body) {
        answer(path, 200, "text/plain", body.getBytes(StandardCharsets.UTF_8));
    }

    void answer(ImdsPath path, int status, String contentType, byte[] body) {
        pages.put("/latest/meta-data/" + path.path(), new Page(status, contentType, Payload.of(body)));
    }

    void retract(ImdsPath path) {
        pages.remove("/latest/meta-data/" + path.path());
    }

    void expireTokens() {
        validToken = "";
    }

    /// From now on every token is refused, new ones too.
    void refuseAll() {
        refusing = true;
    }

    /// What is handed out as a token from now on; as it is, a token is good.
    void issue(int status, String token) {
        issued = new Page(status, "text/plain", Payload.of(token));
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void token(HttpExchange exchange) throws IOException {
        String life = exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token-ttl-seconds");
        if (!exchange.getRequestMethod().equals("PUT") || life == null || Integer.parseInt(life) > 21_600) {
            reply(exchange, new Page(400, "text/plain", Payload.EMPTY));
            return;
        }
        if (issued != null) {
            reply(exchange, issued);
            return;
        }
        validToken = "token-" + tokensIssued.incrementAndGet();
        reply(exchange, new Page(200, "text/plain", Payload.of(validToken)));
    }

    private void metadata(HttpExchange exchange) throws IOException {
        String token = exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token");
        if (refusing || validToken.isEmpty() || !validToken.equals(token)) {
            refusals.incrementAndGet();
            reply(exchange, new Page(401, "text/html", Payload.EMPTY));
            return;
        }
        Page none = new Page(404, "text/html", Payload.of("<h1>404</h1>"));
        reply(exchange, pages.getOrDefault(exchange.getRequestURI().getPath(), none));
    }

    private static void reply(HttpExchange exchange, Page page) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", page.contentType);
        exchange.sendResponseHeaders(page.status, page.body.length() == 0 ? -1 : page.body.length());
        try (var out = exchange.getResponseBody()) {
            out.write(page.body.bytes());
        } catch (IOException e) {
            // The client hung up at its limit: that is the point of some tests.
            exchange.close();
        }
    }
}
