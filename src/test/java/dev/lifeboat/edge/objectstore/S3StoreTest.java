package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lifeboat.agent.StoreFailed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.internal.WebIdentityCredentialsUtils;

/// What goes over the wire, and what happens when nothing comes back.
class S3StoreTest {
    private static final int PART = 5 << 20;
    private static final String CONTENT_DIGEST = "x-amz-content-sha256";

    private final ConcurrentLinkedQueue<Got> parts = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Got> others = new ConcurrentLinkedQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;
    private volatile int busy;
    private volatile boolean mute;

    private record Got(String digest, ByteBuffer body) {}

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void hangUp() {
        over.countDown();
        server.stop(0);
    }

    /// EKS gives a service account its role so; without the module the SDK finds no credentials at all.
    @Test
    void aServiceAccountsRoleCanBeAssumed() {
        assertThat(WebIdentityCredentialsUtils.factory()).isNotNull();
    }

    @Test
    void aPartGoesOutUnsignedAndUnchanged() {
        ByteBuffer content = content();

        store(Duration.ofMinutes(2)).upload("a").part(1, 0, content.duplicate());

        assertThat(parts).hasSize(1).first().isEqualTo(new Got("UNSIGNED-PAYLOAD", content));
    }

    @Test
    void sealedChunksThatArePutWholeGoOutUnsignedAndUnchanged() {
        ByteBuffer content = content();

        store(Duration.ofMinutes(2)).put("a", content.duplicate());

        assertThat(others).containsExactly(new Got("UNSIGNED-PAYLOAD", content));
    }

    @Test
    void aPartIsSentAgainWholeWhenTheServerWasBusy() {
        busy = 1;
        ByteBuffer content = content();

        store(Duration.ofMinutes(2)).upload("a").part(1, 0, content.duplicate());

        assertThat(parts).hasSize(2).allMatch(part -> part.body().equals(content));
    }

    @Test
    void aSmallObjectIsSignedWithItsContent() {
        store(Duration.ofMinutes(2)).put("manifest", "whole".getBytes(StandardCharsets.US_ASCII));

        assertThat(others).hasSize(1);
        assertThat(others.element().digest()).doesNotContain("UNSIGNED");
    }

    @Test
    void aServerThatNeverAnswersIsGivenUp() {
        mute = true;
        var store = store(Duration.ofMillis(100));

        assertThatThrownBy(() -> store.put("manifest", new byte[1]))
                .isInstanceOfSatisfying(
                        StoreFailed.class, failed -> assertThat(failed.kind()).isEqualTo(StoreFailed.Kind.STALLED));
    }

    private S3Store store(Duration timeout) {
        return new S3Store(new StoreLocation.S3(
                "bucket",
                "",
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                "us-east-1",
                new StoreLocation.Credentials("key", "secret"),
                timeout));
    }

    private static ByteBuffer content() {
        byte[] bytes = new byte[PART];
        new Random(1).nextBytes(bytes);
        return ByteBuffer.allocateDirect(PART).put(bytes).flip();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var got = new Got(
                String.valueOf(exchange.getRequestHeaders().getFirst(CONTENT_DIGEST)),
                ByteBuffer.wrap(exchange.getRequestBody().readAllBytes()));
        boolean part = exchange.getRequestURI().getQuery() != null
                && exchange.getRequestURI().getQuery().contains("partNumber");
        (part ? parts : others).add(got);
        if (mute) {
            waitForTheEnd();
            return;
        }
        int status = part && parts.size() <= busy ? 503 : 200;
        byte[] body = exchange.getRequestURI().toString().endsWith("?uploads")
                ? "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
                        .getBytes(StandardCharsets.US_ASCII)
                : new byte[0];
        exchange.getResponseHeaders().add("ETag", "\"tag\"");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void waitForTheEnd() {
        try {
            over.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
