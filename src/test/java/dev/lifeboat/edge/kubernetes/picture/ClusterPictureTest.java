package dev.lifeboat.edge.kubernetes.picture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How much an API server is asked; what a real one makes of it is `PictureOnCluster`.
final class ClusterPictureTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final NodeName B = new NodeName("node-b");
    private static final int THOUSAND = 1_000;
    private static final int PER_SECOND = 2_000;
    private static final int PER_NODE = 20;
    private static final int NOT_THERE = 404;
    private static final int FORBIDDEN = 403;

    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicInteger dropped = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Map<String, ObjectNode> objects = new ConcurrentHashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);

    /// As long as it is shut, what is to be written waits for its answer.
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /// Whether the right to write is missing.
    private volatile boolean forbidden;

    /// By how much the picture's clock is.
    private volatile Duration ahead = Duration.ZERO;

    @SuppressWarnings("NullAway.Init") // set before each test
    private HttpServer api;

    @SuppressWarnings("NullAway.Init") // set before each test
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // set before each test
    private ClusterPicture picture;

    static {
        // Otherwise each answer takes 40 ms, head and body being two packets.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    @BeforeEach
    void start() throws IOException {
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        api.createContext("/", this::answer);
        api.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withAutoConfigure(false)
                        .withMasterUrl("http://127.0.0.1:" + api.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .withRequestTimeout((int) TimeUnit.MINUTES.toMillis(3))
                        .build())
                .build();
        picture = new ClusterPicture(
                client,
                () -> Instant.now().plus(ahead),
                new ClusterPicture.Setting(Duration.ofDays(1), PER_SECOND, _ -> 0, this::count));
        picture.took(Set.of(0), List.of());
    }

    @AfterEach
    void stop() {
        over.countDown();
        gate.countDown();
        picture.close();
        client.close();
        api.stop(0);
    }

    @Test
    void aThousandEvacuationsThatMoveWhileTheApiServerIsSlowAreWrittenOnceEach() throws Exception {
        gate = new CountDownLatch(1);
        for (int i = 0; i < THOUSAND; i++) {
            evacuate(i);
        }
        gate.countDown();
        await(() -> picture.behind() == 0 && objects.size() == 2 * THOUSAND + THOUSAND / PER_NODE);
        await(() -> objects.values().stream()
                .filter(object -> object.path("kind").asText().equals("Evacuation"))
                .allMatch(object -> object.at("/status/state").asText().equals("Resumed")));

        // Whole and status, the last one's perhaps just now; and once more what was on its way while the gate was shut.
        await(() -> writes.get() >= 2 * objects.size());
        assertThat(writes.get()).isLessThanOrEqualTo(2 * objects.size() + PER_NODE);
    }

    @Test
    void whoDecidesWaitsForNobodyAndEventsThatAreTooManyAreDropped() {
        gate = new CountDownLatch(1);
        for (int i = 0; i < THOUSAND; i++) {
            evacuate(i);
        }
        // Each has six happenings, on up to four objects.
        assertThat(dropped.get()).isGreaterThan(10 * THOUSAND);
        assertThat(picture.behind()).isBetween(2 * THOUSAND, 3 * THOUSAND);
        assertThat(writes.get()).isZero();
    }

    @Test
    void whatWasRefusedIsTriedAgainAndShownOnceTheRightIsGiven() throws Exception {
        forbidden = true;
        evacuate(1);
        await(() -> picture.behind() == 0 && refused.get() >= 2);
        assertThat(objects).isEmpty();

        forbidden = false;
        ahead = Duration.ofMinutes(2);
        await(() -> objects.size() == 2
                && objects.values().stream()
                        .anyMatch(object -> object.at("/status/state").asText().equals("Resumed")));
    }

    private void count(Outcome outcome) {
        switch (outcome) {
            case EVENT_DROPPED -> dropped.incrementAndGet();
            case REFUSED -> refused.incrementAndGet();
            case WRITTEN, REMOVED, FAILED -> {}
        }
    }

    private void evacuate(int i) {
        var story = new Story(
                picture, new NodeName("load-" + i / PER_NODE), WorkloadId.parse("shop/load-" + i), Instant.now());
        (i % PER_NODE == 0 ? story.noticed() : story)
                .begun()
                .streaming()
                .progressed(10)
                .progressed(20)
                .frozen()
                .stored()
                .placed(B)
                .resumed(B);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestMethod().equals("GET")) {
            get(exchange, path, query);
        } else if (path.contains("/events")) {
            send(exchange, body);
        } else {
            awaitQuietly(gate);
            if (forbidden) {
                exchange.sendResponseHeaders(FORBIDDEN, -1);
                exchange.close();
                return;
            }
            writes.incrementAndGet();
            send(exchange, write(path, JSON.readTree(body)));
        }
    }

    /// Lists are empty, watches say nothing, pods are not there.
    private void get(HttpExchange exchange, String path, String query) throws IOException {
        if (query.contains("watch=true")) {
            exchange.sendResponseHeaders(200, 0);
            awaitQuietly(over);
            exchange.close();
        } else if (path.contains("/pods/")) {
            exchange.sendResponseHeaders(NOT_THERE, -1);
            exchange.close();
        } else {
            send(exchange, """
                    {"apiVersion": "lifeboat.dev/v1alpha1", "kind": "List", "metadata": {"resourceVersion": "1"}, "items": []}
                    """.getBytes(StandardCharsets.UTF_8));
        }
    }

    private byte[] write(String path, JsonNode patch) {
        ObjectNode object = objects.compute(path.replaceFirst("/status$", ""), (_, known) -> {
            ObjectNode next = known == null ? patch.deepCopy() : known.deepCopy();
            next.withObject("/metadata").put("generation", 1).put("uid", path);
            if (path.endsWith("/status")) {
                next.set("status", patch.path("status"));
            }
            return next;
        });
        return object.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Question {
        boolean holds();
    }

    private static void await(Question question) throws InterruptedException {
        var tick = new CountDownLatch(1);
        long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!question.holds()) {
            assertThat(System.nanoTime()).as("within 2 minutes").isLessThan(giveUp);
            assertThat(tick.await(20, TimeUnit.MILLISECONDS)).isFalse();
        }
    }
}
