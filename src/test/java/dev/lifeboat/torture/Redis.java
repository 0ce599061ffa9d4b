package dev.lifeboat.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.workload.Connections;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// redis-server, memory only, and a client that writes keys and remembers which were acknowledged.
/// Where connections are kept or closed, it writes on and on, on one connection as long as that
/// lasts.
final class Redis implements Victim {
    private static final int FIRST_KEYS = 150_000;
    private static final int BATCH = 1_000;
    private static final String FILLING = "-".repeat(400);

    private final DebianTree debian;
    private final int port;

    private final Connections connections;

    /// Of the client that writes on and on.
    private final AtomicInteger opened = new AtomicInteger();

    private volatile boolean writing = true;
    private final Thread writer = Thread.ofPlatform().daemon().unstarted(this::writeOn);

    /// Keys 0 to this, exclusive, were acknowledged.
    private final AtomicLong acknowledged = new AtomicLong();

    Redis(DebianTree debian, int port, Connections connections) {
        this.connections = connections;
        this.debian = debian;
        this.port = port;
    }

    @Override
    public Connections connections() {
        return connections;
    }

    @Override
    public List<String> command(Path folder) throws IOException {
        return debian.command(
                "/usr/bin/redis-server",
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                folder.toString());
    }

    @Override
    public void load() throws Exception {
        StepLog.awaits("redis-server", this::answers);
        try (var client = new Client(port)) {
            while (acknowledged.get() < FIRST_KEYS) {
                write(client, BATCH);
            }
        }
        if (connections != Connections.REFUSE) {
            writer.start();
            awaitMore();
        }
    }

    private void awaitMore() throws Exception {
        long before = acknowledged.get();
        StepLog.awaits("more acknowledged keys", () -> acknowledged.get() > before + 10 * BATCH);
    }

    /// What was not acknowledged is written again.
    private void writeOn() {
        while (writing) {
            try (var client = new Client(port)) {
                opened.incrementAndGet();
                while (writing) {
                    write(client, BATCH);
                }
            } catch (IOException resetOrNotYetBack) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private boolean answers() {
        try (var client = new Client(port)) {
            client.ask("PING");
            return client.answer().equals("+PONG");
        } catch (IOException notYet) {
            return false;
        }
    }

    private void write(Client client, int keys) throws IOException {
        long first = acknowledged.get();
        for (long key = first; key < first + keys; key++) {
            client.ask("SET k" + key + " " + value(key));
        }
        for (int i = 0; i < keys; i++) {
            assertThat(client.answer()).isEqualTo("+OK");
            acknowledged.incrementAndGet();
        }
    }

    @Override
    public void verify() throws Exception {
        if (connections != Connections.REFUSE) {
            awaitMore();
            writing = false;
            writer.join();
            // A restored server may listen before it answers, and then resets once more.
            assertThat(opened.get() == 1).as("%s connections", opened).isEqualTo(connections == Connections.KEEP);
        }
        try (var client = new Client(port)) {
            client.ask("DBSIZE");
            assertThat(client.answer()).as("the number of keys").isEqualTo(":" + acknowledged.get());
            for (long first = 0; first < acknowledged.get(); first += BATCH) {
                long end = Math.min(first + BATCH, acknowledged.get());
                for (long key = first; key < end; key++) {
                    client.ask("GET k" + key);
                }
                for (long key = first; key < end; key++) {
                    assertThat(client.answer())
                            .as("k%d", key)
                            .isEqualTo("$" + value(key).length());
                    assertThat(client.answer()).as("k%d", key).isEqualTo(value(key));
                }
            }
            write(client, BATCH);
        }
    }

    @Override
    public void close() {
        writing = false;
    }

    private static String value(long key) {
        return key + FILLING;
    }

    /// Redis' inline protocol, as many questions at once as one likes.
    private static final class Client implements Closeable {
        private final Socket socket;
        private final BufferedOutputStream out;
        private final BufferedInputStream in;

        Client(int port) throws IOException {
            this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
            this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
            this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        }

        void ask(String command) throws IOException {
            out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        /// One line, without its end.
        String answer() throws IOException {
            out.flush();
            var line = new StringBuilder();
            int next = in.read();
            while (next != '\n') {
                if (next < 0) {
                    throw new IOException("redis-server has closed the connection");
                }
                if (next != '\r') {
                    line.append((char) next);
                }
                next = in.read();
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
