package dev.lifeboat.edge.source.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lifeboat.edge.source.SourceSettings;
import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.DeadLetter;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.MemoryDeadLetterLog;
import dev.lifeboat.listener.MemoryNoticeLog;
import dev.lifeboat.listener.MemorySpool;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.notice.Rejection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against a server that answers as Azure documents its metadata service.
final class AzureSourceTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String PREEMPT = """
            {"EventId":"A1","EventType":"Preempt","ResourceType":"VirtualMachine","Resources":["pool_0"],
             "EventStatus":"Scheduled","NotBefore":"Thu, 01 Jan 2026 00:00:30 GMT","Description":"Spot",
             "EventSource":"Platform","DurationInSeconds":-1}""";

    private final MemoryNoticeLog log = new MemoryNoticeLog();
    private final MemoryDeadLetterLog deadLetters = new MemoryDeadLetterLog();
    private final CountingTally tally = new CountingTally();

    @SuppressWarnings("NullAway.Init") // set before each test
    private HttpServer server;

    @SuppressWarnings("NullAway.Init") // set before each test
    private AzureSource source;

    private volatile String document = document("");

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metadata/scheduledevents", exchange -> reply(exchange, document));
        server.createContext("/metadata/instance/compute/name", exchange -> reply(exchange, "pool_0"));
        server.start();
        var settings = new SourceSettings(
                "azure",
                true,
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                Trust.FULL,
                Map.of(),
                Map.of(),
                Map.of());
        var listener = new Listener(log, deadLetters, new MemorySpool(9), tally, InstantSource.fixed(NOW));
        source = new AzureSource(settings, new NodeName("node-a"), listener, tally, InstantSource.fixed(NOW));
    }

    @AfterEach
    void stop() {
        source.close();
        server.stop(0);
    }

    @Test
    void aPreemptionOfThisMachineHasItsOwnDeadline() throws Exception {
        document = document(PREEMPT);
        source.look();

        assertThat(log.appended()).singleElement().isInstanceOfSatisfying(Notice.Preemption.class, preemption -> {
            assertThat(preemption.closesAt()).isEqualTo(NOW.plusSeconds(30));
            assertThat(preemption.action()).isEqualTo(Action.TERMINATE);
        });
    }

    @Test
    void anotherMachinesEventIsNotOurs() throws Exception {
        document = document(PREEMPT.replace("pool_0", "pool_1"));
        source.look();

        assertThat(log.appended()).isEmpty();
        assertThat(deadLetters.appended()).isEmpty();
        assertThat(tally.count("azure heard")).isEqualTo(1);
    }

    @Test
    void anEventThatHasStartedShortensItsWindowToNothing() throws Exception {
        document = document(PREEMPT);
        source.look();
        document = document(PREEMPT.replace("Scheduled", "Started").replace("Thu, 01 Jan 2026 00:00:30 GMT", ""));
        source.look();

        assertThat(reclaim().closesAt()).contains(NOW);
    }

    @Test
    void anEventThatIsGoneIsWithdrawn() throws Exception {
        document = document(PREEMPT);
        source.look();
        document = document("");
        for (int i = 0; i < 3; i++) {
            source.look();
        }

        assertThat(reclaim().standing()).isEqualTo(Reclaim.Standing.CALM);
    }

    @Test
    void eachTypeHasItsEffect() throws Exception {
        document = document(PREEMPT.replace("Preempt", "Freeze"));
        source.look();
        assertThat(log.appended()).last().isInstanceOf(Notice.Advisory.class);
        for (var effect : Map.of("Reboot", Action.REBOOT, "Redeploy", Action.REDEPLOY, "Terminate", Action.TERMINATE)
                .entrySet()) {
            document = document(PREEMPT.replace("Preempt", effect.getKey()));
            source.look();
            assertThat(log.appended())
                    .filteredOn(Notice.Preemption.class::isInstance)
                    .last()
                    .extracting(notice -> ((Notice.Preemption) notice).action())
                    .isEqualTo(effect.getValue());
        }
    }

    @Test
    void anAbsurdDocumentIsBuriedAndWithdrawsNothing() throws Exception {
        document = document(PREEMPT);
        source.look();
        for (String absurd : new String[] {
            "{}",
            document(PREEMPT.replace("Preempt", "Party")),
            document(PREEMPT.replace("2026", "9999")),
            document(PREEMPT.replace("[\"pool_0\"]", "\"pool_0\"")),
            document(PREEMPT.replace("Scheduled", "Imagined")),
        }) {
            document = absurd;
            source.look();
        }

        assertThat(deadLetters.appended())
                .extracting(DeadLetter::reason)
                .containsExactly(
                        Rejection.MISSING_FIELD,
                        Rejection.UNKNOWN_EVENT,
                        Rejection.BAD_TIME,
                        Rejection.WRONG_SHAPE,
                        Rejection.UNKNOWN_EVENT);
        assertThat(reclaim().standing()).isEqualTo(Reclaim.Standing.DOOMED);
    }

    private static String document(String event) {
        return "{\"DocumentIncarnation\":1,\"Events\":[" + event + "]}";
    }

    private static void reply(HttpExchange exchange, String text) throws IOException {
        boolean asked = "true".equals(exchange.getRequestHeaders().getFirst("Metadata"));
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(asked ? 200 : 400, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private Reclaim reclaim() {
        var reclaim = Reclaim.of(log.appended().getFirst());
        for (Notice notice : log.appended()) {
            reclaim = reclaim.with(notice);
        }
        return reclaim;
    }
}
