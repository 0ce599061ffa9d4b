package dev.lifeboat.edge.source.gce;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Behaves as Compute Engine documents its metadata server: refuses requests without the flavor header, and holds
/// back one that waits for a change until the value's tag is another or its time is up.
final class GceServer implements AutoCloseable {
    static final String ID = "8087716956832600000";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Value> values = new HashMap<>();
    private final CountDownLatch hanging = new CountDownLatch(1);
    private volatile String flavor = "Google";
    private volatile CountDownLatch held = new CountDownLatch(0);
    private volatile boolean tagged = true;
    private volatile String forcedTag = "";
    private int changes = 1;

    private record Value(String text, String tag) {}

    GceServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        set(GceKey.PREEMPTED, "FALSE");
        set(GceKey.MAINTENANCE, "NONE");
        put("project/project-id", "p");
        put("instance/id", ID);
        put("instance/name", "node-a");
        put("instance/zone", "projects/1234/zones/z");
        put("instance/machine-type", "projects/1234/machineTypes/n2-standard-4");
        put("instance/scheduling/preemptible", "TRUE");
        put(
                "instance/service-accounts/default/token",
                "{\"access_token\":\"" + ComputeServer.TOKEN + "\",\"expires_in\":3599,\"token_type\":\"Bearer\"}");
        server.setExecutor(threads);
        server.createContext("/computeMetadata/v1/", this::metadata);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void set(GceKey key, String text) {
        put(key.path(), text);
    }

    void put(String path, String text) {
        lock.lock();
        try {
            changes++;
            values.put("/computeMetadata/v1/" + path, new Value(text, "tag" + changes));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void answerAs(String somebody) {
        flavor = somebody;
    }

    /// Answers nobody until [#goOn].
    void hangOn() {
        held = new CountDownLatch(1);
    }

    void goOn() {
        held.countDown();
    }

    void leaveTagsOut() {
        tagged = false;
    }

    /// Whatever stands.
    void tagAll(String tag) {
        forcedTag = tag;
    }

    /// Returns once a request is held back.
    void awaitHanging() throws InterruptedException {
        if (!hanging.await(10, TimeUnit.SECONDS)) {
            throw new AssertionError("no request was held back");
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void metadata(HttpExchange exchange) throws IOException {
        if (!"Google".equals(exchange.getRequestHeaders().getFirst("Metadata-Flavor"))) {
            exchange.sendResponseHeaders(403, -1);
            exchange.close();
            return;
        }
        try {
            held.await();
        } catch (InterruptedException e) {
            exchange.close();
            return;
        }
        Value value = current(exchange.getRequestURI().getPath(), query(exchange));
        byte[] body = value.text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/text");
        if (!forcedTag.isEmpty()) {
            exchange.getResponseHeaders().set("ETag", forcedTag);
        } else if (tagged) {
            exchange.getResponseHeaders().set("ETag", value.tag);
        }
        exchange.getResponseHeaders().set("Metadata-Flavor", flavor);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private Value current(String path, Map<String, String> query) {
        long nanosLeft = TimeUnit.SECONDS.toNanos(Long.parseLong(query.getOrDefault("timeout_sec", "60")));
        lock.lock();
        try {
            Value value = values.getOrDefault(path, new Value("", "none"));
            while ("true".equals(query.get("wait_for_change"))
                    && value.tag.equals(query.get("last_etag"))
                    && nanosLeft > 0) {
                hanging.countDown();
                nanosLeft = changed.awaitNanos(nanosLeft);
                value = values.getOrDefault(path, value);
            }
            return value;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Value("", "none");
        } finally {
            lock.unlock();
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        var query = new HashMap<String, String>();
        if (exchange.getRequestURI().getQuery() == null) {
            return query;
        }
        for (String pair : exchange.getRequestURI().getQuery().split("&", -1)) {
            int equals = pair.indexOf('=');
            query.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return query;
    }
}
