package dev.lifeboat.edge.process;

import dev.lifeboat.edge.process.StandIn.Question;
import dev.lifeboat.edge.process.StandIn.Scheme;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// What is asked at one port. Containers of one pod may ask there in several ways: the first byte tells which it is.
///
/// @param checks null where none is asked for
/// @param tls null where it is asked without
record Desk(
        List<Question.Http> requests,
        @Nullable HealthCheck checks,
        @Nullable SSLSocketFactory tls) {
    /// `handshake`, RFC 8446, 5.1.
    private static final int TLS = 22;

    /// Of `PRI * HTTP/2.0`, RFC 9113, 3.4. No request that is answered over HTTP/1.1 begins with it.
    private static final int HTTP_2 = 'P';

    private static final byte[] WELL =
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    static Desk of(List<Question> questions) throws IOException {
        List<Question.Http> requests = only(Question.Http.class, questions);
        List<Question.Grpc> checks = only(Question.Grpc.class, questions);
        boolean secret = requests.stream().anyMatch(request -> request.scheme() == Scheme.HTTPS);
        return new Desk(
                requests,
                checks.isEmpty() ? null : HealthCheck.of(checks),
                secret ? SelfSigned.context().getSocketFactory() : null);
    }

    private static <T extends Question> List<T> only(Class<T> kind, List<Question> questions) {
        return questions.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /// Returns once it is answered, or is not to be.
    void answer(Socket asking) throws IOException {
        if (requests.isEmpty() && checks == null) {
            return;
        }
        // Each turn is a packet: it is to wait for no other one's acknowledgement.
        asking.setTcpNoDelay(true);
        var hearing = Hearing.of(asking);
        int first = hearing.read();
        var consumed = new ByteArrayInputStream(new byte[] {(byte) first});
        if (first == TLS && tls != null) {
            try (Socket talk = tls.createSocket(asking, consumed, true)) {
                answer(Scheme.HTTPS, hearing.through(talk), talk);
            }
        } else if (first == HTTP_2 && checks != null) {
            checks.answer(new SequenceInputStream(consumed, hearing), asking.getOutputStream());
        } else if (first >= 0) {
            answer(Scheme.HTTP, new SequenceInputStream(consumed, hearing), asking);
        }
    }

    private void answer(Scheme scheme, InputStream hearing, Socket talk) throws IOException {
        String head = head(hearing);
        if (requests.stream().anyMatch(probe -> probe.scheme() == scheme && isOf(probe, head))) {
            talk.getOutputStream().write(WELL);
        }
    }

    /// The first line and the headers; less when the asker ends before.
    private static String head(InputStream hearing) throws IOException {
        var text = new StringBuilder();
        byte[] some = new byte[Hearing.MOST_BYTES];
        while (text.indexOf("\r\n\r\n") < 0) {
            int count = hearing.read(some);
            if (count < 0) {
                break;
            }
            text.append(new String(some, 0, count, StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    private static boolean isOf(Question.Http probe, String head) {
        return head.startsWith("GET " + probe.path() + " HTTP/1.")
                && head.endsWith("\r\n\r\n")
                && agent(head).startsWith(probe.agent());
    }

    private static String agent(String head) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, "user-agent:", 0, "user-agent:".length()))
                .map(line -> line.substring("user-agent:".length()).strip())
                .findFirst()
                .orElse("");
    }
}
