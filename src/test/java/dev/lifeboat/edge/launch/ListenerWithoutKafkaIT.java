package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.EmbeddedBroker;
import dev.lifeboat.edge.kafka.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `lifeboat listener` on a node that comes up while Kafka is away.
final class ListenerWithoutKafkaIT {
    private static final String NODE = "node-a";
    private static final String DRAIN =
            "{\"kind\":\"drain\",\"node\":\"node-a\",\"within\":\"10m\",\"reference\":\"1\"}";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    /// No broker there, and a name that nobody knows yet.
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:1", "kafka.invalid:9092"})
    void aNoticeIsKeptOnThisMachineAndItIsSaidWhy(String kafka) throws Exception {
        try (var listener = listener(kafka)) {
            listener.awaitUp();

            assertThat(listener.post(DRAIN)).contains("SPOOLED");
            assertThat(Files.readString(listener.spool())).contains(NODE);
            assertThat(listener.log()).contains("Kafka does not answer, notices will be spooled");
        }
    }

    @Test
    void whatWasKeptGoesToKafkaOnceItIsThere() throws Exception {
        int port = freePort();
        try (var listener = listener("127.0.0.1:" + port)) {
            listener.awaitUp();
            assertThat(listener.post(DRAIN)).contains("SPOOLED");

            try (var broker = EmbeddedBroker.start(folder.resolve("kafka"), port)) {
                new Topics(1).create(Brokers.plain(broker.bootstrap()));
                listener.until("the spool is empty", () -> length(listener.spool()) == 0);
                assertThat(listener.post(DRAIN)).contains("DUPLICATE");
            }
        }
    }

    /// Some answers to whoever asks for an upgrade on a new connection would never come.
    @Test
    void nobodysConnectionIsUpgraded() throws Exception {
        try (var listener = listener("127.0.0.1:1")) {
            listener.awaitUp();

            assertThat(listener.version("/q/metrics")).isEqualTo(HttpClient.Version.HTTP_1_1);
        }
    }

    private ListenerProcess listener(String kafka) throws IOException {
        ListenerProcess.source(folder, "manual", "/v1/notices", "");
        return new ListenerProcess(folder, NODE, kafka, Map.of());
    }

    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return -1;
        }
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
