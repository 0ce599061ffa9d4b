package dev.lifeboat.edge.kubernetes;

import static dev.lifeboat.edge.kubernetes.StandInKubelet.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.edge.kubernetes.Kubelet.Answer;
import dev.lifeboat.edge.kubernetes.Kubelet.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A kubelet of another version, in trouble, or none at all: each ends in a reason, and none holds us.
final class KubeletOverTheWireTest {
    private static final Duration AMPLE = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofMillis(300);

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static StandInKubelet standIn;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Kubelet kubelet;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        standIn = StandInKubelet.start(folder);
    }

    @AfterAll
    static void stop() {
        standIn.close();
    }

    @BeforeEach
    void client() throws Exception {
        kubelet = standIn.client();
        while (standIn.unread() > 0) {
            standIn.asked();
        }
    }

    @AfterEach
    void close() {
        kubelet.close();
    }

    @Test
    void itIsAskedForOneContainerWithinALimit() throws Exception {
        standIn.behaves((_, to) -> say(to, 200, "{\"items\":[\"/var/lib/kubelet/checkpoints/a.tar\"]}"));

        assertThat(ask(Duration.ofSeconds(31))).isEqualTo(new Answer.Written("/var/lib/kubelet/checkpoints/a.tar"));
        assertThat(standIn.asked()).isEqualTo("POST /checkpoint/lab/pi-0/count?timeout=30 HTTP/1.1");
    }

    /// Older than 1.25, or newer with the feature taken out again: nobody serves the path.
    @Test
    void aKubeletWithoutTheInterfaceIsToldFromOneWithoutThePod() throws Exception {
        standIn.behaves((_, to) -> say(to, 404, "404 page not found\n"));
        assertThat(ask(AMPLE))
                .isInstanceOfSatisfying(
                        Answer.Refused.class, no -> assertThat(no.why()).isEqualTo(Refusal.GATE_OFF));

        standIn.behaves((_, to) -> say(to, 404, "pod does not exist"));
        assertThat(ask(AMPLE))
                .isInstanceOfSatisfying(
                        Answer.Refused.class, no -> assertThat(no.why()).isEqualTo(Refusal.KNOWS_NONE));
    }

    @Test
    void aKubeletWhoseRuntimeCannotIsToldFromOneWhoseRuntimeFailed() throws Exception {
        standIn.behaves((_, to) -> say(to, 501, "rpc error: code = Unimplemented desc = unknown method"));
        assertThat(ask(AMPLE))
                .isInstanceOfSatisfying(
                        Answer.Refused.class, no -> assertThat(no.why()).isEqualTo(Refusal.RUNTIME_UNABLE));

        standIn.behaves((_, to) -> say(to, 500, "rpc error: code = Unknown desc = criu failed: type NOTIFY errno 0"));
        assertThat(ask(AMPLE))
                .isInstanceOfSatisfying(
                        Answer.Refused.class, no -> assertThat(no.why()).isEqualTo(Refusal.RUNTIME_FAILED));
    }

    @Test
    void oneThatAcceptsAndNeverAnswersIsGivenUp() throws Exception {
        standIn.behaves((_, _) -> standIn.waitForEver());

        assertThat(ask(SHORT))
                .isInstanceOfSatisfying(
                        Answer.Refused.class, no -> assertThat(no.why()).isEqualTo(Refusal.TIMED_OUT));
    }

    @Test
    void oneThatBeginsToAnswerAndStopsIsGivenUp() throws Exception {
        standIn.behaves((_, to) -> {
            to.write("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"items\":[".getBytes(StandardCharsets.US_ASCII));
            to.flush();
            standIn.waitForEver();
        });

        assertThat(ask(SHORT))
                .isInstanceOfSatisfying(
                        Answer.Refused.class, no -> assertThat(no.why()).isEqualTo(Refusal.TIMED_OUT));
    }

    @Test
    void whatAcceptsAndNeverSpeaksTlsIsGivenUp() throws Exception {
        try (var mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client =
                        standIn.client(StandInKubelet.NODE, URI.create("https://127.0.0.1:" + mute.getLocalPort()))) {
            assertThat(client.checkpoint("lab", "pi-0", "count", SHORT))
                    .isInstanceOfSatisfying(
                            Answer.Refused.class, no -> assertThat(no.why()).isEqualTo(Refusal.TIMED_OUT));
        }
    }

    @Test
    void whereNobodyListensItIsUnreachable() throws Exception {
        int port;
        try (var gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        try (var client = standIn.client(StandInKubelet.NODE, URI.create("https://127.0.0.1:" + port))) {
            assertThat(client.checkpoint("lab", "pi-0", "count", AMPLE))
                    .isInstanceOfSatisfying(
                            Answer.Refused.class, no -> assertThat(no.why()).isEqualTo(Refusal.UNREACHABLE));
        }
    }

    /// Its token is shown to nobody else, even to one that the same authority has signed.
    @Test
    void anotherNodesKubeletIsNotAsked() throws Exception {
        try (var client = standIn.client("node-b", standIn.address())) {
            assertThat(client.checkpoint("lab", "pi-0", "count", AMPLE))
                    .isInstanceOfSatisfying(
                            Answer.Refused.class, no -> assertThat(no.why()).isEqualTo(Refusal.UNTRUSTED));
        }
        assertThat(standIn.unread()).isZero();
    }

    @Test
    void anAnswerWithoutAnEndIsNotTakenIn() throws Exception {
        standIn.behaves((_, to) -> {
            to.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                to.write(new byte[8192]);
            }
        });

        assertThat(ask(AMPLE))
                .isInstanceOfSatisfying(
                        Answer.Refused.class, no -> assertThat(no.why()).isEqualTo(Refusal.UNREACHABLE));
    }

    @Test
    void aSaveThatIsTakenBackWaitsNoLonger() throws Exception {
        standIn.behaves((_, _) -> standIn.waitForEver());
        var ended = new CompletableFuture<Throwable>();
        Thread asking = Thread.ofVirtual().start(() -> {
            try {
                ask(AMPLE);
            } catch (Exception stopped) {
                ended.complete(stopped);
            }
        });
        standIn.asked();

        asking.interrupt();

        assertThat(ended.get(2, TimeUnit.MINUTES)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void whatPodsUseIsNotGuessedWhereItDoesNotSay() throws Exception {
        standIn.behaves((_, to) -> say(to, 503, "busy"));

        assertThatThrownBy(kubelet::memory).isInstanceOf(IOException.class).hasMessageContaining("503");
    }

    private Answer ask(Duration limit) throws InterruptedException {
        return kubelet.checkpoint("lab", "pi-0", "count", limit);
    }
}
