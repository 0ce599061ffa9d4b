package dev.lifeboat.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Stands before an HTTP server, and can let what some bring there wait, while everything else goes through.
final class Weir implements AutoCloseable {
    private final ServerSocket listener;
    private final URI server;
    private final Map<InetAddress, Duration> slow = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    private Weir(ServerSocket listener, URI server) {
        this.listener = listener;
        this.server = server;
    }

    /// At the same address, on a port of its own.
    static Weir before(URI server) throws IOException {
        var weir = new Weir(new ServerSocket(0, 0, InetAddress.ofLiteral(server.getHost())), server);
        Thread.ofVirtual().start(weir::listen);
        return weir;
    }

    URI endpoint() {
        return URI.create("http://" + server.getHost() + ":" + listener.getLocalPort());
    }

    /// From now on.
    ///
    /// @param each what is brought from there waits for so long
    void slow(InetAddress from, Duration each) {
        slow.put(from, each);
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> relay(client));
            } catch (IOException ended) {
                // Closed, or a client that is gone already.
            }
        }
    }

    private void relay(Socket client) {
        try (client;
                var behind = new Socket(server.getHost(), server.getPort())) {
            Thread.ofVirtual().start(() -> answer(behind, client));
            pass(client, behind);
        } catch (IOException gone) {
            // Both are closed.
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// A request comes after the answer to the one before, so it begins with what is read next.
    private void pass(Socket client, Socket behind) throws IOException, InterruptedException {
        InputStream in = client.getInputStream();
        byte[] some = new byte[1 << 16];
        for (int count = in.read(some); count >= 0; count = in.read(some)) {
            String begins = new String(some, 0, Math.min(count, 5), StandardCharsets.ISO_8859_1);
            if (begins.startsWith("PUT ") || begins.startsWith("POST ")) {
                Duration wait = slow.getOrDefault(client.getInetAddress(), Duration.ZERO);
                boolean _ = closed.await(wait.toNanos(), TimeUnit.NANOSECONDS);
            }
            behind.getOutputStream().write(some, 0, count);
        }
    }

    private static void answer(Socket behind, Socket client) {
        try (client) {
            behind.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException gone) {
            // Both are closed.
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
    }
}
