package dev.lifeboat.edge.source.manual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.LogUnreachable;
import dev.lifeboat.listener.MemoryDeadLetterLog;
import dev.lifeboat.listener.MemorySpool;
import dev.lifeboat.listener.NoticeLog;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.notice.Notice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The endpoint on a real HTTP server.
final class NoticeEndpointTest {
    private static final String DRAIN = "{\"kind\":\"drain\",\"node\":\"node-a\",\"within\":\"10m\"}";
    private static final String JSON = "application/json";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Notice> said = Collections.synchronizedList(new ArrayList<>());
    private final CountingTally tally = new CountingTally();
    private final MemoryDeadLetterLog deadLetters = new MemoryDeadLetterLog();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @AfterEach
    void stop() throws Exception {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void aNoticeIsAcceptedAndItsIdTold() throws Exception {
        var answer = post(serve(Gate.loopbackOnly(), said::addAll, 9), JSON, null, DRAIN);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(said).singleElement().isInstanceOfSatisfying(Notice.Drain.class, drain -> {
            assertThat(drain.grace()).isEqualTo(Duration.ofMinutes(10));
            assertThat(answer.body()).contains(drain.id().value(), "ACCEPTED");
        });
    }

    @Test
    void theSameReferenceIsTheSameNotice() throws Exception {
        URI endpoint = serve(Gate.loopbackOnly(), said::addAll, 9);
        String once = "{\"kind\":\"drain\",\"node\":\"node-a\",\"reference\":\"change-4711\"}";

        assertThat(post(endpoint, JSON, null, once).body()).contains("ACCEPTED");
        assertThat(post(endpoint, JSON, null, once).body()).contains("DUPLICATE");
        assertThat(said).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | NOT_JSON      | application/json | nonsense
            400 | WRONG_SHAPE   | application/json | {"kind":"drain","node":"node-a","withn":"10m"}
            400 | DUPLICATE_KEY | application/json | {"kind":"drain","kind":"death","node":"node-a"}
            400 | UNKNOWN_ACTION| application/json | {"kind":"party","node":"node-a"}
            400 | BAD_NODE      | application/json | {"kind":"drain","node":"Node A"}
            400 | BAD_TIME      | application/json | {"kind":"drain","node":"node-a","within":"soon"}
            400 | MISSING_FIELD | application/json | {"kind":"withdrawal","node":"node-a"}
            415 | WRONG_CONTENT_TYPE | text/plain  | {"kind":"drain","node":"node-a"}
            """)
    void aMistakeIsAnsweredWithItsReason(int status, String reason, String type, String body) throws Exception {
        var answer = post(serve(Gate.loopbackOnly(), said::addAll, 9), type, null, body);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains("\"reason\":\"" + reason + "\"");
        assertThat(said).isEmpty();
        assertThat(deadLetters.appended()).isEmpty();
    }

    @Test
    void aBodyBeyondTheBoundIsNotRead() throws Exception {
        String long17KiB = "{\"kind\":\"" + "x".repeat(17 * 1024) + "\"}";
        var answer = post(serve(Gate.loopbackOnly(), said::addAll, 9), JSON, null, long17KiB);

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("TOO_LARGE");
    }

    @Test
    void withATokenOnlyWhoKnowsItMaySpeak() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "0123456789abcdef\n");
        URI endpoint = serve(Gate.token(token), said::addAll, 9);

        assertThat(post(endpoint, JSON, null, DRAIN).statusCode()).isEqualTo(401);
        assertThat(post(endpoint, JSON, "Bearer 0123456789abcdeX", DRAIN).statusCode())
                .isEqualTo(401);
        try (var knowing = new NoticeClient(endpoint, token, Duration.ofSeconds(60))) {
            assertThat(knowing.send(DRAIN.getBytes(StandardCharsets.UTF_8)).accepted())
                    .isTrue();
        }
    }

    @Test
    void withoutATokenOnlyThisMachineMaySpeak() {
        assertThat(Gate.loopbackOnly().ask("127.0.0.1", null)).isEqualTo(Gate.Answer.COME_IN);
        assertThat(Gate.loopbackOnly().ask("::1", null)).isEqualTo(Gate.Answer.COME_IN);
        assertThat(Gate.loopbackOnly().ask("10.0.0.7", null)).isEqualTo(Gate.Answer.FORBIDDEN);
        assertThat(Gate.loopbackOnly().ask("localhost.example", null)).isEqualTo(Gate.Answer.FORBIDDEN);
    }

    @Test
    void aTokenThatCanBeGuessedIsNone() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "secret");

        assertThatThrownBy(() -> Gate.token(token)).hasMessageContaining("at least 16 characters; make one with");
    }

    @Test
    void kafkaAwayIsSpooledAndAFullSpoolIsSaid() throws Exception {
        NoticeLog away = _ -> {
            throw new LogUnreachable("away", new IllegalStateException());
        };
        URI endpoint = serve(Gate.loopbackOnly(), away, 1);

        assertThat(post(endpoint, JSON, null, DRAIN).body()).contains("SPOOLED");
        var refused = post(endpoint, JSON, null, DRAIN.replace("node-a", "node-b"));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("REFUSED");
    }

    private URI serve(Gate gate, NoticeLog log, int room) throws Exception {
        var listener = new Listener(log, deadLetters, new MemorySpool(room), tally, InstantSource.system());
        var router = Router.router(vertx);
        new NoticeEndpoint(gate, Trust.FULL, listener, tally, InstantSource.system()).mount(router, "/v1/notices");
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        return URI.create("http://127.0.0.1:" + server.actualPort() + "/v1/notices");
    }

    private HttpResponse<String> post(
            URI endpoint, String type, @org.jspecify.annotations.Nullable String authorization, String body)
            throws Exception {
        var request = HttpRequest.newBuilder(endpoint)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
