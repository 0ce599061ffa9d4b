package dev.lifeboat.edge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.lifeboat.Provided;
import dev.lifeboat.edge.process.StandIn.Question;
import dev.lifeboat.edge.process.StandIn.Scheme;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HealthCheckTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final List<Question> LIVE = List.of(
            new Question.Grpc(80, ""),
            new Question.Http(Scheme.HTTP, 80, "/live", "kube-probe/"),
            new Question.Grpc(81, "shop.Cart"),
            new Question.Tcp(81));

    /// `HealthCheckRequest`, of the whole program.
    private static final String WHOLE = "0000000000";

    /// `HealthCheckResponse{SERVING}`
    private static final byte[] SERVING = HexFormat.of().parseHex("00000000020801");

    /// RFC 9113, 3.4 and 4.1: what a client begins with, and empty SETTINGS.
    private static final String HELLO =
            HexFormat.of().formatHex("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                    + "000000040000000000";

    private static final String PING = "0000080600000000000102030405060708";
    private static final Http2Flags END_OF_HEAD = new Http2Flags().endOfHeaders(true);

    /// That a kubelet has, too: gRPC's own for Go.
    @ParameterizedTest
    @CsvSource(textBlock = """
            80, '',        kube-probe/1.34
            81, shop.Cart, kube-probe/1.35+
            """)
    void aKubeletsClientIsAnswered(int port, String service, String agent) throws Exception {
        assertThat(asked(port, service, agent)).isEqualTo("SERVING");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            80, shop.Cart, kube-probe/1.34
            81, '',        kube-probe/1.34
            81, shop.Car,  kube-probe/1.34
            81, shop.Cart, grpcurl/1.9
            """)
    void whatItsClientAsksBesideIsNot(int port, String service, String agent) throws Exception {
        assertThat(asked(port, service, agent)).contains("Unavailable");
    }

    private static String asked(int port, String service, String agent) throws IOException, InterruptedException {
        String program = Provided.by("provision-health");
        try (var standIn = StandIn.open(LIVE, Set.of(HERE))) {
            int at = Objects.requireNonNull(standIn.ports().get(port));
            Process asking = new ProcessBuilder(program, "ask", "127.0.0.1:" + at, service, agent)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            :method,      POST,                         true
            :method,      GET,                          false
            :path,        /grpc.health.v1.Health/Watch, false
            :path,        /shop.Cart/Add,               false
            content-type, application/json,             false
            user-agent,   curl/8 kube-probe/1.34,       false
            """)
    void onlyTheProbesOwnCallIsAnswered(String name, String value, boolean answered) throws IOException {
        assertThat(isAnswered(said(bytes(HELLO + head(probe().set(name, value)) + data(WHOLE)))))
                .isEqualTo(answered);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00000000", "0100000000", "000000000000", "00000000030a0161"})
    void itsBodyIsTheProbesOwn(String body) throws IOException {
        assertThat(isAnswered(said(bytes(HELLO + head(probe()) + data(body))))).isFalse();
    }

    @Test
    void whateverTheProtocolHasThemSayBesideChangesNothing() throws IOException {
        String acknowledged = "000000040100000000";
        String window = "00000408000000000000010000";
        String halves = frame(Http2FrameTypes.DATA, new Http2Flags(), "000000")
                + PING
                + frame(Http2FrameTypes.DATA, new Http2Flags(), "0000")
                + frame(Http2FrameTypes.DATA, new Http2Flags().endOfStream(true), "");

        assertThat(isAnswered(said(bytes(HELLO + PING + window + acknowledged + head(probe()) + halves))))
                .isTrue();
    }

    @Test
    void aConnectionIsThereForOneCall() throws IOException {
        String another = head(probe())
                .replace(frame(Http2FrameTypes.HEADERS, END_OF_HEAD, "").substring(6), "010400000003");

        assertThat(isAnswered(said(bytes(HELLO + head(probe()) + another + data(WHOLE)))))
                .isFalse();
    }

    @Test
    void whoAsksInAnotherWayAtTheSamePortIsAnsweredInThat() throws IOException {
        assertThat(new String(
                        said(ascii("GET /live HTTP/1.1\r\nUser-Agent: kube-probe/1\r\n\r\n")),
                        StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 200 OK");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "PRI * HTTP/2.0\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "GET / HTTP/1.1\r\nUser-Agent: kube-probe/1.34\r\n\r\n",
                "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nUser-Agent: kube-probe/1.34\r\n\r\n",
            })
    void nothingIsSaidToWhoDoesNotBeginAsHttp2Does(String request) throws IOException {
        assertThat(said(ascii(request))).isEmpty();
    }

    /// SETTINGS; pings; a head in ever more pieces; data without any.
    @ParameterizedTest
    @MethodSource
    void whoSaysMoreThanAProbeIsListenedToNoMore(String first, String part) throws IOException {
        byte[] answer = said(bytes(HELLO + first + part.repeat(100_000) + head(probe()) + data(WHOLE)));

        assertThat(isAnswered(answer)).isFalse();
        assertThat(answer).hasSizeLessThan(2 * Hearing.MOST_BYTES);
    }

    private static Stream<Arguments> whoSaysMoreThanAProbeIsListenedToNoMore() {
        return Stream.of(
                arguments("", "000000040000000000"),
                arguments("", PING),
                arguments(
                        frame(Http2FrameTypes.HEADERS, new Http2Flags(), "00"),
                        frame(Http2FrameTypes.CONTINUATION, new Http2Flags(), "")),
                arguments(head(probe()), frame(Http2FrameTypes.DATA, new Http2Flags(), "")));
    }

    /// One of 3,000 characters, said 3,000 times in a byte each.
    @Test
    void headersThatUnfoldToMoreThanTheyAreAreNotUnfolded() throws IOException {
        String more = "400161" + "7fb916" + "61".repeat(3_000);
        String head = frame(Http2FrameTypes.HEADERS, END_OF_HEAD, packed(probe()) + more);
        String unfolding = frame(Http2FrameTypes.HEADERS, END_OF_HEAD, packed(probe()) + more + "be".repeat(3_000));

        assertThat(isAnswered(said(bytes(HELLO + head + data(WHOLE))))).isTrue();
        assertThat(isAnswered(said(bytes(HELLO + unfolding + data(WHOLE))))).isFalse();
    }

    @Test
    void whoGoesOnToSayNothingIsNotWaitedFor() throws IOException {
        try (var standIn = StandIn.open(LIVE, Set.of(HERE));
                var socket =
                        new Socket(HERE, Objects.requireNonNull(standIn.ports().get(80)))) {
            socket.setSoTimeout((int) TimeUnit.MINUTES.toMillis(2));
            socket.getOutputStream().write(bytes(HELLO));

            assertThat(isAnswered(socket.getInputStream().readAllBytes())).isFalse();
        }
    }

    private static Http2Headers probe() {
        return new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .path("/grpc.health.v1.Health/Check")
                .authority("10.0.0.7:80")
                .set("content-type", "application/grpc")
                .set("user-agent", "kube-probe/1.34 grpc-go/1.72.1")
                .set("te", "trailers");
    }

    private static String head(Http2Headers headers) {
        return frame(Http2FrameTypes.HEADERS, END_OF_HEAD, packed(headers));
    }

    private static String packed(Http2Headers headers) {
        ByteBuf packed = Unpooled.buffer();
        try {
            new DefaultHttp2HeadersEncoder().encodeHeaders(1, headers, packed);
        } catch (Http2Exception unpackable) {
            throw new IllegalStateException(unpackable);
        }
        return ByteBufUtil.hexDump(packed);
    }

    private static String data(String body) {
        return frame(Http2FrameTypes.DATA, new Http2Flags().endOfStream(true), body);
    }

    /// Of the first stream.
    private static String frame(int type, Http2Flags flags, String payload) {
        return "%06x%02x%02x%08x%s".formatted(payload.length() / 2, type, flags.value(), 1, payload);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// @return all that is said to it before the connection is closed
    private static byte[] said(byte[] request) throws IOException {
        try (var standIn = StandIn.open(LIVE, Set.of(HERE));
                var socket =
                        new Socket(HERE, Objects.requireNonNull(standIn.ports().get(80)))) {
            socket.setSoTimeout((int) TimeUnit.MINUTES.toMillis(2));
            var said = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
            } catch (IOException closed) {
                // While it was still talking.
            }
            try {
                socket.getInputStream().transferTo(said);
            } catch (IOException closed) {
                // With something unheard.
            }
            return said.toByteArray();
        }
    }

    private static boolean isAnswered(byte[] said) {
        return ByteBufUtil.indexOf(Unpooled.wrappedBuffer(SERVING), Unpooled.wrappedBuffer(said)) >= 0;
    }
}
