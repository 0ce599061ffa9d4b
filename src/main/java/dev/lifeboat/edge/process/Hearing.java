package dev.lifeboat.edge.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;

/// What somebody says, as far as he is listened to: who says more, or takes longer, seems to have ended.
///
/// A probe's request is some hundred bytes, and there at once; by gRPC it is thrice that, with what the protocol itself
/// says. So nothing that is made of them (a table of headers, answers to pings) is ever large.
final class Hearing extends InputStream {
    /// Of one connection.
    static final int MOST_BYTES = 8 << 10;

    /// From the connection to the answer's end.
    static final Duration LONGEST = Duration.ofSeconds(1);

    private final Socket talk;
    private final InputStream said;
    private final long end;
    private int left = MOST_BYTES;

    private Hearing(Socket talk, long end) throws IOException {
        this.talk = talk;
        this.said = talk.getInputStream();
        this.end = end;
    }

    /// Listens from now on.
    static Hearing of(Socket talk) throws IOException {
        return new Hearing(talk, System.nanoTime() + LONGEST.toNanos());
    }

    /// The same talk, in the clear.
    Hearing through(Socket decrypted) throws IOException {
        return new Hearing(decrypted, end);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    /// @throws java.net.SocketTimeoutException nothing came in the time that is left
    @Override
    public int read(byte[] some, int from, int most) throws IOException {
        long millis = Duration.ofNanos(end - System.nanoTime()).toMillis();
        if (left == 0 || millis <= 0) {
            return -1;
        }
        talk.setSoTimeout((int) millis);
        int count = said.read(some, from, Math.min(most, left));
        left -= Math.max(count, 0);
        return count;
    }
}
