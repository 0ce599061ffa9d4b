package dev.lifeboat.edge.criu;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/// One request and its answers: one message a packet.
final class CriuConnection {
    private final ByteChannel channel;
    private final ByteBuffer received = ByteBuffer.allocateDirect(Response.LONGEST);

    CriuConnection(ByteChannel channel) {
        this.channel = channel;
    }

    void send(Request request) throws IOException {
        channel.write(request.encode());
    }

    /// @throws EOFException when CRIU has ended
    Response receive() throws IOException {
        if (channel.read(received.clear()) < 0) {
            throw new EOFException("criu ended without an answer");
        }
        return Response.decode(received.flip());
    }
}
