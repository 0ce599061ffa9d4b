package dev.lifeboat.edge.source.ec2;

import dev.lifeboat.edge.source.Answer;
import dev.lifeboat.edge.source.PollingHttp;
import dev.lifeboat.edge.source.StrictJson;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// EC2's instance metadata service, version 2 (session tokens only).
///
/// Source: "Use the Instance Metadata Service to access instance metadata", Amazon EC2 User Guide, read 2026-11.
/// Safe for several threads: all share one token.
public final class Imds implements AutoCloseable {
    public static final URI LINK_LOCAL = URI.create("http://169.254.169.254");

    /// What a token is asked to live; EC2 allows 1 to 21,600 s.
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);

    /// Renewed this long before it ends, so that no look meets an expired one.
    private static final Duration TOKEN_RESERVE = Duration.ofMinutes(1);

    /// IMDS answers within some milliseconds; a second is an outage.
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final URI endpoint;
    private final InstantSource clock;
    private final PollingHttp http = new PollingHttp(LIMIT, StrictJson.MAX_BODY);
    private final ReentrantLock renewing = new ReentrantLock();
    private volatile @Nullable Token token;

    private record Token(String value, Instant renewAt) {}

    /// @param endpoint scheme, host and port, such as [#LINK_LOCAL]
    public Imds(URI endpoint, InstantSource clock) {
        this.endpoint = endpoint;
        this.clock = clock;
    }

    /// What stands at `/latest/meta-data/` + path. A token that is refused is renewed once.
    public Answer get(String path) {
        try {
            String held = token("");
            PollingHttp.Reply reply = ask(path, held);
            if (reply.status() == HttpURLConnection.HTTP_UNAUTHORIZED) {
                reply = ask(path, token(held));
            }
            return switch (reply.status()) {
                case HttpURLConnection.HTTP_OK -> new Answer.Present(reply.body(), reply.contentType());
                case HttpURLConnection.HTTP_NOT_FOUND -> new Answer.Absent();
                default -> new Answer.Unavailable("status " + reply.status() + " for " + path);
            };
        } catch (IOException e) {
            return new Answer.Unavailable(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        http.close();
    }

    private PollingHttp.Reply ask(String path, String tokenValue) throws IOException {
        return http.get(endpoint.resolve("/latest/meta-data/" + path), "X-aws-ec2-metadata-token", tokenValue);
    }

    /// @param refused a token that IMDS no longer takes, or empty
    private String token(String refused) throws IOException {
        renewing.lock();
        try {
            Token held = token;
            if (held == null || held.value.equals(refused) || !clock.instant().isBefore(held.renewAt)) {
                held = renew();
                token = held;
            }
            return held.value;
        } finally {
            renewing.unlock();
        }
    }

    private Token renew() throws IOException {
        PollingHttp.Reply reply = http.put(
                endpoint.resolve("/latest/api/token"),
                "X-aws-ec2-metadata-token-ttl-seconds",
                Long.toString(TOKEN_LIFE.toSeconds()));
        String value = new String(reply.body().bytes(), StandardCharsets.US_ASCII);
        if (reply.status() != HttpURLConnection.HTTP_OK || !value.matches("[!-~]{1,1024}")) {
            throw new IOException("no token: status " + reply.status()
                    + "; is IMDSv2 on, and is the hop limit at least 2 when the listener runs in a pod network?");
        }
        return new Token(value, clock.instant().plus(TOKEN_LIFE).minus(TOKEN_RESERVE));
    }
}
