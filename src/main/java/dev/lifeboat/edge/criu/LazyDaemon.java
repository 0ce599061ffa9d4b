package dev.lifeboat.edge.criu;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ByteChannel;

/// One running `criu lazy-pages`: it asks us for the pages of one tree and puts them into place.
public interface LazyDaemon extends Closeable {
    long pid();

    /// Its requests, and our answers.
    ByteChannel pages();

    /// Blocks until it waits for a restore.
    ///
    /// @return false when it has ended instead
    boolean awaitReady() throws IOException;

    /// Makes the page stream end, here and there; any thread may.
    void cutPages() throws IOException;

    /// SIGKILL, unless it has ended.
    void kill() throws IOException;

    /// Blocks until it has ended; to be called once, by one thread.
    ///
    /// @return its exit code: 0 when nothing is missing any more
    int await() throws IOException;

    /// Gives the descriptors back, once nobody reads or writes any more.
    @Override
    void close();
}
