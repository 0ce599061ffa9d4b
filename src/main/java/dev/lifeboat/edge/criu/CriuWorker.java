package dev.lifeboat.edge.criu;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.time.Duration;

/// One running `criu swrk`, good for one request.
///
/// Its sockets have no other holder: when this process dies, CRIU sees them close and rolls back; when CRIU dies, the
/// readers here see the end.
public interface CriuWorker extends Closeable {
    /// The descriptor number by which CRIU knows its end of [#pages].
    int PAGES_DESCRIPTOR = 4;

    long pid();

    /// CRIU's service protocol: one message a read, one a write.
    ByteChannel commands();

    /// CRIU's page stream.
    ByteChannel pages();

    /// Numbers under which CRIU finds the folders in this process' `/proc/PID/fd`.
    int imagesDescriptor();

    int workDescriptor();

    /// Makes the page stream end, here and for CRIU, which then rolls back and answers; any thread may.
    void cutPages() throws IOException;

    /// Makes both sockets end; any thread may.
    void hangUp() throws IOException;

    /// SIGKILL, unless it has ended.
    void kill() throws IOException;

    /// Blocks until it has ended; to be called once, by one thread.
    int await() throws IOException;

    /// User and system time of it and of the children that it has waited for; zero until [#await] has returned.
    Duration processor();

    /// Gives the descriptors back, once nobody reads or writes any more.
    @Override
    void close();
}
