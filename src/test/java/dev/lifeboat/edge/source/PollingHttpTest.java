package dev.lifeboat.edge.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Against servers that no metadata service should be.
final class PollingHttpTest {
    private static final int MOST = 100;
    private static final long DRIP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final ServerSocket server = listening();
    private final AtomicInteger connections = new AtomicInteger();
    private final PollingHttp http = new PollingHttp(Duration.ofMillis(500), MOST);

    /// What a server does with one connection; ends when the client hangs up.
    private interface Manners {
        void serve(Socket client) throws IOException;
    }

    @AfterEach
    void stop() throws Exception {
        http.close();
        server.close();
    }

    @Test
    void questionsGoOverOneConnection() throws Exception {
        serving(client -> {
            while (question(client)) {
                say(
                        client,
                        "HTTP/1.1 404 Not Found\r\nContent-Type: Text/HTML; charset=x\r\nContent-Length: 4\r\n\r\nnone");
            }
        });
        for (int i = 0; i < 5; i++) {
            assertThat(ask()).satisfies(reply -> {
                assertThat(reply.status()).isEqualTo(404);
                assertThat(reply.contentType()).isEqualTo("text/html");
                assertThat(reply.body().length()).isEqualTo(4);
            });
        }

        assertThat(connections).hasValue(1);
    }

    @Test
    void aRedirectIsAnAnswerLikeAnyOther() throws Exception {
        serving(client -> {
            while (question(client)) {
                say(client, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
            }
        });

        assertThat(ask().status()).isEqualTo(302);
    }

    @Test
    void anEndlessBodyIsReadOneBytePastTheLimit() throws Exception {
        serving(client -> {
            question(client);
            say(client, "HTTP/1.1 200 OK\r\n\r\n");
            drip(client, "x".repeat(1_000));
        });

        assertThat(ask().body().length()).isEqualTo(MOST + 1);
    }

    @Test
    void aHeaderThatNeverEndsIsHungUpOn() {
        serving(client -> {
            question(client);
            say(client, "HTTP/1.1 200 OK\r\nX-Slow: ");
            drip(client, "x");
        });

        assertThatThrownBy(this::ask).isInstanceOf(IOException.class);
    }

    @Test
    void aBodyThatDripsIsHungUpOn() {
        serving(client -> {
            question(client);
            say(client, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
            drip(client, "x");
        });

        assertThatThrownBy(this::ask).isInstanceOf(IOException.class);
    }

    @Test
    void whoDoesNotSpeakHttpHasNotAnswered() {
        serving(client -> say(client, "SSH-2.0-OpenSSH_9.2\r\n"));

        assertThatThrownBy(this::ask).isInstanceOf(IOException.class);
    }

    private PollingHttp.Reply ask() throws IOException {
        return http.get(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/x"), "X-Token", "t");
    }

    private void serving(Manners manners) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = server.accept();
                    connections.incrementAndGet();
                    Thread.ofVirtual().start(() -> {
                        try (client) {
                            manners.serve(client);
                        } catch (IOException e) {
                            // The client hung up: that is the point.
                        }
                    });
                }
            } catch (IOException e) {
                // closed
            }
        });
    }

    /// Reads up to the empty line; false when there is no more.
    private static boolean question(Socket client) throws IOException {
        int inARow = 0;
        while (inARow < 4) {
            int next = client.getInputStream().read();
            if (next < 0) {
                return false;
            }
            inARow = next == '\r' || next == '\n' ? inARow + 1 : 0;
        }
        return true;
    }

    private static void say(Socket client, String words) throws IOException {
        OutputStream out = client.getOutputStream();
        out.write(words.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static void drip(Socket client, String drop) throws IOException {
        while (true) {
            say(client, drop);
            LockSupport.parkNanos(DRIP_NANOS);
        }
    }

    private static ServerSocket listening() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
