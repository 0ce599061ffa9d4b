package dev.lifeboat.edge.source;

import dev.lifeboat.listener.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Plain HTTP to a link-local metadata service that is asked several times a second for weeks: no proxy, no redirect,
/// kept-alive connections, a limit on time and on bytes.
///
/// The JDK's older client on the asking thread: its newer one, which [MetadataHttp] uses for requests that hang, hands
/// each exchange between threads and costs a node three times as much (`lifeboat bench imds`).
public final class PollingHttp implements AutoCloseable {
    private final Duration limit;
    private final int maxBody;
    private final Map<HttpURLConnection, Long> pending = new ConcurrentHashMap<>();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("overdue-answers").daemon().factory());

    /// What was answered.
    ///
    /// @param contentType in lower case and without parameters; empty when it was not sent
    public record Reply(int status, String contentType, Payload body) {}

    /// @param limit for the whole exchange, the body included; what is overdue is hung up on within as much again
    /// @param maxBody bytes read of an answer; one more is read so that a longer one is known to be longer
    public PollingHttp(Duration limit, int maxBody) {
        this.limit = limit;
        this.maxBody = maxBody;
        var _ = watch.scheduleWithFixedDelay(
                this::hangUpOnTheOverdue, limit.toMillis(), limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    public Reply get(URI uri, String header, String value) throws IOException {
        return send("GET", uri, header, value);
    }

    /// Without a body.
    public Reply put(URI uri, String header, String value) throws IOException {
        return send("PUT", uri, header, value);
    }

    @Override
    public void close() {
        watch.shutdownNow();
        pending.keySet().forEach(HttpURLConnection::disconnect);
    }

    private Reply send(String method, URI uri, String header, String value) throws IOException {
        var exchange = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        exchange.setRequestMethod(method);
        exchange.setInstanceFollowRedirects(false);
        exchange.setUseCaches(false);
        exchange.setConnectTimeout(Math.toIntExact(limit.toMillis()));
        exchange.setReadTimeout(Math.toIntExact(limit.toMillis()));
        exchange.setRequestProperty(header, value);
        // The read timeout counts from byte to byte: who sends one now and then would keep us for ever.
        pending.put(exchange, System.nanoTime() + limit.toNanos());
        try {
            int status = exchange.getResponseCode();
            if (status < 0) {
                throw new IOException("what answers at " + uri.getAuthority() + " does not speak HTTP");
            }
            return new Reply(status, bare(exchange.getContentType()), body(exchange));
        } finally {
            pending.remove(exchange);
        }
    }

    private Payload body(HttpURLConnection exchange) throws IOException {
        InputStream from = exchange.getResponseCode() < HttpURLConnection.HTTP_BAD_REQUEST
                ? exchange.getInputStream()
                : exchange.getErrorStream();
        if (from == null) {
            return Payload.EMPTY;
        }
        byte[] bytes = read(from, exchange);
        if (bytes.length > maxBody) {
            exchange.disconnect();
        } else {
            from.close();
        }
        return Payload.of(bytes);
    }

    /// Looks at the clock between reads: a close from another thread waits for the read that is under way.
    private byte[] read(InputStream from, HttpURLConnection exchange) throws IOException {
        long due = System.nanoTime() + limit.toNanos();
        var bytes = new byte[maxBody + 1];
        int length = 0;
        while (length < bytes.length) {
            int got = from.read(bytes, length, bytes.length - length);
            if (got < 0) {
                break;
            }
            length += got;
            if (System.nanoTime() - due > 0) {
                exchange.disconnect();
                throw new IOException("the body was not there within " + limit.toMillis() + " ms");
            }
        }
        return Arrays.copyOf(bytes, length);
    }

    private void hangUpOnTheOverdue() {
        pending.forEach((exchange, due) -> {
            if (System.nanoTime() - due > 0) {
                exchange.disconnect();
            }
        });
    }

    private static String bare(@Nullable String type) {
        if (type == null) {
            return "";
        }
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }
}
