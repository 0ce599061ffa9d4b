package dev.lifeboat.edge.source.ec2;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Answers two of Auto Scaling's actions as its API reference documents them (query protocol, read
/// 2026-11): `RecordLifecycleActionHeartbeat` and `CompleteLifecycleAction`. moto has neither. An action
/// that is not under way, or whose group, hook or instance is another, is a `ValidationError`.
final class AutoScalingServer implements AutoCloseable {
    /// The actions asked for, in order, such as `RecordLifecycleActionHeartbeat`; a completion with its
    /// result.
    final List<String> asked = new CopyOnWriteArrayList<>();

    private final HttpServer server;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private volatile int outage;

    AutoScalingServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void begin(LifecycleAction action) {
        underWay.add(key(action.group(), action.hook(), action.token(), action.instance()));
    }

    /// Its timeout ran out.
    void end(LifecycleAction action) {
        underWay.remove(key(action.group(), action.hook(), action.token(), action.instance()));
    }

    boolean waits(LifecycleAction action) {
        return underWay.contains(key(action.group(), action.hook(), action.token(), action.instance()));
    }

    /// Answers with this status from now on; 0 ends it.
    void outage(int status) {
        outage = status;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        Map<String, String> form = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String action = form.getOrDefault("Action", "");
        if (outage != 0) {
            reply(exchange, outage, "");
            return;
        }
        asked.add((action + ' ' + form.getOrDefault("LifecycleActionResult", "")).strip());
        String key = key(
                form.getOrDefault("AutoScalingGroupName", ""),
                form.getOrDefault("LifecycleHookName", ""),
                form.getOrDefault("LifecycleActionToken", ""),
                form.getOrDefault("InstanceId", ""));
        boolean known = action.equals("CompleteLifecycleAction") ? underWay.remove(key) : underWay.contains(key);
        if (known) {
            reply(exchange, 200, """
                    <%1$sResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><%1$sResult/>
                    <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></%1$sResponse>""".formatted(action));
        } else {
            reply(exchange, 400, """
                    <ErrorResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><Error><Type>Sender</Type>
                    <Code>ValidationError</Code><Message>No active Lifecycle Action found</Message></Error>
                    <RequestId>1</RequestId></ErrorResponse>""");
        }
    }

    private static Map<String, String> form(String body) {
        var form = new HashMap<String, String>();
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/xml");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String key(String group, String hook, String token, String instance) {
        return String.join("|", group, hook, token, instance);
    }
}
