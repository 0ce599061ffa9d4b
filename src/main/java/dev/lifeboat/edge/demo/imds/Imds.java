package dev.lifeboat.edge.demo.imds;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The metadata service itself: IMDSv2 only, as on an instance with `HttpTokens=required`.
///
/// | request | answer |
/// |---|---|
/// | `PUT /latest/api/token` with a TTL of 1 to 21600 s | 200 and a token |
/// | the same without a TTL, or with another | 400 |
/// | the same through a proxy (`X-Forwarded-For`) | 403 |
/// | `GET` without a token, or with one that is over | 401 |
/// | `GET` of what is not there, as `spot/instance-action` before the notice | 404 |
///
/// A second port on its own address is the cloud's side: `PUT /latest/meta-data/…` sets a value, `DELETE`
/// takes it back. Source: EC2 user guide, "How Instance Metadata Service Version 2 works" and "Spot Instance
/// interruption notices". Left out: the reply's hop limit of 1, and throttling.
public final class Imds implements AutoCloseable {
    private static final String TOKEN = "X-aws-ec2-metadata-token";
    private static final String TTL = "X-aws-ec2-metadata-token-ttl-seconds";
    private static final String ROOT = "/latest/";
    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final int BACKLOG = 64;

    private final Metadata metadata;
    private final Tokens tokens;
    private final HttpServer service;
    private final HttpServer control;
    private final AtomicLong polls = new AtomicLong();

    Imds(Metadata metadata, Tokens tokens, InetSocketAddress address, InetSocketAddress controlAddress)
            throws IOException {
        this.metadata = metadata;
        this.tokens = tokens;
        this.service = HttpServer.create(address, BACKLOG);
        this.control = HttpServer.create(controlAddress, BACKLOG);
        service.createContext("/", exchange -> answer(exchange, this::serve));
        control.createContext("/", exchange -> answer(exchange, this::steer));
    }

    /// A running one on free ports of this machine.
    public static Imds local() throws IOException {
        var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var instance =
                new Instance("i-0123456789abcdef0", "m7i.large", "eu-central-1a", "ami-0123456789abcdef0", "127.0.0.1");
        var tokens = new Tokens(InstantSource.system(), new SecureRandom());
        var imds = new Imds(Metadata.of(instance), tokens, here, here);
        imds.start();
        return imds;
    }

    /// Requests with a good token so far.
    public long polls() {
        return polls.get();
    }

    void start() {
        for (HttpServer server : new HttpServer[] {service, control}) {
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
        }
    }

    public InetSocketAddress address() {
        return service.getAddress();
    }

    public InetSocketAddress controlAddress() {
        return control.getAddress();
    }

    @Override
    public void close() {
        service.stop(0);
        control.stop(0);
    }

    private Answer serve(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        return switch (exchange.getRequestMethod()) {
            case "PUT" -> path.equals("/latest/api/token") ? issue(exchange) : Answer.error(405, "Not Allowed");
            case "GET" -> read(exchange, path);
            default -> Answer.error(405, "Not Allowed");
        };
    }

    private Answer issue(HttpExchange exchange) {
        if (exchange.getRequestHeaders().containsKey("X-Forwarded-For")) {
            return Answer.error(403, "Forbidden");
        }
        Optional<Duration> timeToLive = seconds(exchange.getRequestHeaders().getFirst(TTL));
        if (timeToLive.isEmpty()) {
            return Answer.error(400, "Bad Request");
        }
        exchange.getResponseHeaders().set(TTL, String.valueOf(timeToLive.get().toSeconds()));
        return new Answer(200, tokens.issue(timeToLive.get()));
    }

    private Answer read(HttpExchange exchange, String path) {
        String token = exchange.getRequestHeaders().getFirst(TOKEN);
        Duration left = token == null ? Duration.ZERO : tokens.remaining(token);
        if (left.isZero()) {
            return Answer.error(401, "Unauthorized");
        }
        polls.incrementAndGet();
        exchange.getResponseHeaders().set(TTL, String.valueOf(left.toSeconds()));
        Optional<String> value = path.startsWith(ROOT) ? metadata.get(path.substring(ROOT.length())) : Optional.empty();
        return value.map(body -> new Answer(200, body)).orElseGet(() -> Answer.error(404, "Not Found"));
    }

    private Answer steer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/polls") && exchange.getRequestMethod().equals("GET")) {
            return new Answer(200, polls.toString());
        }
        if (!path.startsWith(ROOT + "meta-data/")) {
            return Answer.error(404, "Not Found");
        }
        return switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
                if (body.length > MAX_BODY_BYTES) {
                    yield Answer.error(413, "Content Too Large");
                }
                metadata.put(path.substring(ROOT.length()), new String(body, StandardCharsets.UTF_8));
                yield new Answer(200, "");
            }
            case "DELETE" -> {
                metadata.remove(path.substring(ROOT.length()));
                yield new Answer(200, "");
            }
            default -> Answer.error(405, "Not Allowed");
        };
    }

    private static Optional<Duration> seconds(@Nullable String header) {
        if (header == null || !header.matches("[0-9]{1,5}")) {
            return Optional.empty();
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(header));
        return Optional.of(asked).filter(time -> time.isPositive() && time.compareTo(Tokens.LONGEST) <= 0);
    }

    private static void answer(HttpExchange exchange, Handler handler) throws IOException {
        try (exchange) {
            Answer answer = handler.handle(exchange);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.status() == 200 ? "text/plain" : "text/html");
            exchange.getResponseHeaders().set("Server", "EC2ws");
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private interface Handler {
        Answer handle(HttpExchange exchange) throws IOException;
    }

    private record Answer(int status, String body) {
        /// Errors come as a small page, as the service sends them.
        static Answer error(int status, String reason) {
            return new Answer(status, """
                    <?xml version="1.0" encoding="iso-8859-1"?>
                    <html><head><title>%1$d - %2$s</title></head><body><h1>%1$d - %2$s</h1></body></html>
                    """.formatted(status, reason));
        }
    }
}
