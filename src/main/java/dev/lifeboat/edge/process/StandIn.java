package dev.lifeboat.edge.process;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocketFactory;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Answers what a kubelet asks over the network, in place of a program that stands still.
///
/// Only that: whoever asks for anything else, from anywhere else, has his connection closed, and never gets an answer
/// that the program has not given. A probe that only opens a connection cannot be told from another client.
public final class StandIn implements Closeable {
    private static final Logger LOG = Logger.getLogger(StandIn.class);

    /// A probe's request is some 200 bytes, and there at once.
    private static final int MOST_BYTES = 8 << 10;

    private static final Duration LONGEST = Duration.ofSeconds(1);

    /// At once: a kubelet asks each container once a second at the most.
    private static final int MOST_ASKING = 16;

    private static final byte[] WELL =
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Set<InetAddress> from;
    private final Semaphore room = new Semaphore(MOST_ASKING);
    private final Map<Integer, ServerSocket> listeners = new LinkedHashMap<>();

    private StandIn(Set<InetAddress> from) {
        this.from = Set.copyOf(from);
    }

    /// How it is asked.
    public enum Scheme {
        HTTP,
        /// Without the certificate being looked at.
        HTTPS
    }

    /// What is asked.
    public sealed interface Question {
        /// Where the program would be asked.
        int port();

        /// @param path as it stands in the request's first line, after GET
        /// @param agent what the header `User-Agent` begins with
        record Http(Scheme scheme, int port, String path, String agent) implements Question {}

        /// A connection that is opened, and closed again.
        record Tcp(int port) implements Question {}
    }

    /// Listens in the network of the thread that calls it, at ports of its own.
    ///
    /// @param from who may ask
    public static StandIn open(List<Question> questions, Set<InetAddress> from) throws IOException {
        var opened = new StandIn(from);
        try {
            for (var each : questions.stream()
                    .collect(Collectors.groupingBy(Question::port))
                    .entrySet()) {
                var listener = new ServerSocket(0);
                opened.listeners.put(each.getKey(), listener);
                Desk desk = Desk.of(each.getValue());
                Thread.ofVirtual().name("stand-in-", each.getKey()).start(() -> opened.listen(listener, desk));
            }
            return opened;
        } catch (IOException refused) {
            opened.close();
            throw refused;
        }
    }

    /// What is asked at one port.
    ///
    /// @param tls null where it is asked without
    private record Desk(
            List<Question.Http> requests, @Nullable SSLSocketFactory tls) {
        static Desk of(List<Question> questions) {
            List<Question.Http> requests = questions.stream()
                    .filter(Question.Http.class::isInstance)
                    .map(Question.Http.class::cast)
                    .toList();
            boolean secret = requests.stream().anyMatch(request -> request.scheme() == Scheme.HTTPS);
            return new Desk(requests, secret ? SelfSigned.context().getSocketFactory() : null);
        }

        void answer(Socket asking) throws IOException {
            asking.setSoTimeout((int) LONGEST.toMillis());
            try (Socket talk = tls == null ? asking : tls.createSocket(asking, InputStream.nullInputStream(), true)) {
                if (isOneOf(requests, head(talk))) {
                    talk.getOutputStream().write(WELL);
                }
            }
        }
    }

    /// Where it listens in place of which port of the program's.
    public Map<Integer, Integer> ports() {
        return listeners.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().getLocalPort()));
    }

    private void listen(ServerSocket listener, Desk desk) {
        try {
            while (true) {
                Socket asking = listener.accept();
                Thread.startVirtualThread(() -> take(asking, desk));
            }
        } catch (IOException ended) {
            if (!listener.isClosed()) {
                LOG.warnf("probes are not answered any more why=%s", ended);
            }
        }
    }

    private void take(Socket asking, Desk desk) {
        boolean taken = from.contains(asking.getInetAddress()) && room.tryAcquire();
        try (asking) {
            if (taken && !desk.requests().isEmpty()) {
                desk.answer(asking);
            }
        } catch (IOException gone) {
            LOG.debugf("somebody who asked is gone why=%s", gone);
        } finally {
            if (taken) {
                room.release();
            }
        }
    }

    /// The first line and the headers; less when the asker ends before.
    private static String head(Socket asking) throws IOException {
        InputStream in = asking.getInputStream();
        long end = System.nanoTime() + LONGEST.toNanos();
        var text = new StringBuilder();
        byte[] some = new byte[MOST_BYTES];
        while (text.length() < MOST_BYTES && text.indexOf("\r\n\r\n") < 0 && System.nanoTime() - end < 0) {
            int count = in.read(some);
            if (count < 0) {
                break;
            }
            text.append(new String(some, 0, count, StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    private static boolean isOneOf(List<Question.Http> requests, String head) {
        return requests.stream()
                .anyMatch(probe -> head.startsWith("GET " + probe.path() + " HTTP/1.")
                        && head.endsWith("\r\n\r\n")
                        && agent(head).startsWith(probe.agent()));
    }

    private static String agent(String head) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, "user-agent:", 0, "user-agent:".length()))
                .map(line -> line.substring("user-agent:".length()).strip())
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() {
        for (ServerSocket listener : listeners.values()) {
            try {
                listener.close();
            } catch (IOException stays) {
                LOG.warnf("a listener could not be closed why=%s", stays);
            }
        }
    }
}
