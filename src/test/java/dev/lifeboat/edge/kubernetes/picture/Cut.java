package dev.lifeboat.edge.kubernetes.picture;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A way to a server of this machine that can be cut and mended.
final class Cut implements AutoCloseable {
    private final ServerSocket door;
    private final int behind;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    Cut(int behind) throws IOException {
        this.behind = behind;
        door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /// Who is connected is thrown out, and who comes is turned away.
    void cut() throws IOException {
        cut = true;
        for (Socket socket : open) {
            socket.close();
        }
    }

    void mend() {
        cut = false;
    }

    @Override
    public void close() throws IOException {
        cut();
        door.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                if (cut) {
                    client.close();
                } else {
                    join(client);
                }
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void join(Socket client) throws IOException {
        var server = new Socket(InetAddress.getLoopbackAddress(), behind);
        open.add(client);
        open.add(server);
        Thread.ofVirtual().start(() -> pour(client, server));
        Thread.ofVirtual().start(() -> pour(server, client));
    }

    private void pour(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException _) {
            // one of both is gone, and so is the other
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }
}
