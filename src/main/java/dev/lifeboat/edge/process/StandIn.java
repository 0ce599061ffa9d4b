package dev.lifeboat.edge.process;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Answers what a kubelet asks over the network, in place of a program that stands still.
///
/// Only that: whoever asks for anything else, from anywhere else, has his connection closed, and never gets an answer
/// that the program has not given. A probe that only opens a connection cannot be told from another client.
public final class StandIn implements Closeable {
    private static final Logger LOG = Logger.getLogger(StandIn.class);

    /// At once: a kubelet asks each container once a second at the most.
    private static final int MOST_ASKING = 16;

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

        /// Whether a service of the program's is well, by gRPC's own protocol for that.
        ///
        /// @param service empty for the whole program
        record Grpc(int port, String service) implements Question {}

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
                Thread.startVirtualThread(() -> take(asking, listener, desk));
            }
        } catch (IOException ended) {
            if (!listener.isClosed()) {
                LOG.warnf("probes are not answered any more why=%s", ended);
            }
        }
    }

    private void take(Socket asking, ServerSocket listener, Desk desk) {
        // For a moment after it is closed a listener still gives connections away.
        boolean taken = !listener.isClosed() && from.contains(asking.getInetAddress()) && room.tryAcquire();
        try (asking) {
            if (taken) {
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
