package dev.lifeboat.edge.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.process.StandIn.Question;
import dev.lifeboat.edge.process.StandIn.Scheme;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StandInTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final List<Question> LIVE = List.of(
            new Question.Http(Scheme.HTTP, 80, "/live", "kube-probe/"),
            new Question.Tcp(81),
            new Question.Http(Scheme.HTTPS, 443, "/live", "kube-probe/"),
            new Question.Http(Scheme.HTTP, 443, "/plain", "kube-probe/"));

    @Test
    void aProbeIsAnswered() throws IOException {
        assertThat(asked(
                        80,
                        Set.of(HERE),
                        "GET /live HTTP/1.1|Host: 10.0.0.7:80|User-Agent: kube-probe/1.34|Accept: */*||"))
                .isEqualTo("HTTP/1.1 200 OK");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /live HTTP/1.1|User-Agent: curl/8||",
                "GET /live HTTP/1.1|Accept: kube-probe/1.34||",
                "GET /ready HTTP/1.1|User-Agent: kube-probe/1.34||",
                "GET /live/2 HTTP/1.1|User-Agent: kube-probe/1.34||",
                "POST /live HTTP/1.1|User-Agent: kube-probe/1.34||",
                "GET /live HTTP/1.1|User-Agent: kube-probe/1.34|",
                "",
            })
    void whateverElseIsAskedIsNot(String request) throws IOException {
        assertThat(asked(80, Set.of(HERE), request)).isEmpty();
    }

    @Test
    void whoseProbeIsOverTlsIsNotAnsweredWithout() throws IOException {
        assertThat(asked(443, Set.of(HERE), "GET /plain HTTP/1.1|User-Agent: kube-probe/1||"))
                .isEqualTo("HTTP/1.1 200 OK");
        assertThat(asked(443, Set.of(HERE), "GET /live HTTP/1.1|User-Agent: kube-probe/1||"))
                .isEmpty();
    }

    @Test
    void aProbeOverTlsIsAnsweredThoughNobodyVouchesForTheAnswer() throws Exception {
        try (var standIn = StandIn.open(LIVE, Set.of(HERE));
                var client = HttpClient.newBuilder().sslContext(believing()).build()) {
            var request = HttpRequest.newBuilder(
                            URI.create("https://localhost:" + standIn.ports().get(443) + "/live"))
                    .version(HttpClient.Version.HTTP_1_1)
                    .header("User-Agent", "kube-probe/1.34")
                    .build();

            assertThat(client.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    /// As a kubelet does.
    private static SSLContext believing() throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Believing()}, null);
        return context;
    }

    /// This one is asked for no host's name either.
    private static final class Believing extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void whoIsNotTheKubeletIsNotAnswered() throws IOException {
        assertThat(asked(
                        80,
                        Set.of(InetAddress.ofLiteral("192.0.2.1")),
                        "GET /live HTTP/1.1|User-Agent: kube-probe/1||"))
                .isEmpty();
    }

    @Test
    void aConnectionIsTakenAndClosed() throws IOException {
        assertThat(asked(81, Set.of(HERE), "")).isEmpty();
        assertThat(asked(81, Set.of(HERE), "GET /live HTTP/1.1|User-Agent: kube-probe/1||"))
                .isEmpty();
    }

    @Test
    void nobodyIsAnsweredOnceItIsClosed() throws IOException {
        var standIn = StandIn.open(LIVE, Set.of(HERE));
        int at = Objects.requireNonNull(standIn.ports().get(80));

        standIn.close();

        assertThat(said(at, "GET /live HTTP/1.1|User-Agent: kube-probe/1||")).isEmpty();
    }

    private static String asked(int port, Set<InetAddress> from, String request) throws IOException {
        try (var standIn = StandIn.open(LIVE, from)) {
            return said(Objects.requireNonNull(standIn.ports().get(port)), request);
        }
    }

    /// @return the first line of the answer; empty when the connection is closed without one
    private static String said(int at, String request) {
        try (var socket = new Socket(HERE, at)) {
            socket.setSoTimeout((int) TimeUnit.MINUTES.toMillis(2));
            socket.getOutputStream().write(request.replace("|", "\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return all.lines().findFirst().orElse("");
        } catch (IOException reset) {
            return "";
        }
    }
}
