package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.PageSink;
import dev.lifeboat.quantity.ByteCount;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;

/// The page server over TCP, for a CRIU that another program starts (`--page-server --address --port`).
///
/// The protocol has no authentication: listen on loopback, and only while a dump is due.
public final class PageListener implements Closeable {
    private final ServerSocketChannel server;

    private PageListener(ServerSocketChannel server) {
        this.server = server;
    }

    /// Listens on any free port of loopback.
    public static PageListener onLoopback() throws IOException {
        var server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        return new PageListener(server);
    }

    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) server.getLocalAddress();
    }

    /// Waits for one connection and serves one dump; interrupting or [#close] gives it up.
    public ByteCount serveOne(WireFormat format, PageSink sink) throws IOException, InterruptedException {
        try (var peer = server.accept()) {
            // CRIU waits for each answer: none may linger.
            peer.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return PageServer.serve(peer, format, sink);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
