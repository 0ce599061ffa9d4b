package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.PageMemory;
import dev.lifeboat.quantity.ByteCount;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// What CRIU needs of the machine and Java alone cannot do.
public interface CriuHost {
    /// Starts `criu swrk` with two sockets and no other descriptor of ours.
    ///
    /// @param criu absolute path
    /// @param images CRIU's images folder
    /// @param work an empty folder for its log and its statistics
    CriuWorker start(Path criu, Path images, Path work) throws IOException;

    /// Starts `criu lazy-pages`, which works for one restore with the same folders.
    ///
    /// @param criu absolute path
    /// @param images CRIU's images folder, its pagemaps with what is to come on demand
    /// @param work the restore's folder for its log, where the two find each other
    LazyDaemon startLazyPages(Path criu, Path images, Path work) throws IOException;

    /// Starts the keeper of a restored tree that does not run yet.
    ///
    /// @param tasks of it that have memory, whose pages the daemon watches
    /// @throws IOException when the daemon does not watch as many
    Keeper keep(LazyDaemon daemon, long root, int tasks, Path work) throws IOException;

    /// A folder in memory for the images of one restore; what is in it goes soon after it was closed.
    ///
    /// @param other on tmpfs; returned where the machine cannot make one, and then whoever writes there deletes
    ImagesFolder images(Path other) throws IOException;

    /// Puts pages into the memory of a process that stands still, where it may write itself; from
    /// any thread.
    ///
    /// @param pages direct or not; behind the last one afterwards
    void write(long pid, long address, ByteBuffer pages) throws IOException;

    /// Where the pages of a lazy restore wait.
    PageMemory memory(ByteCount size) throws IOException;

    /// SIGSTOP. A process that is gone is fine.
    void stop(long pid) throws IOException;

    /// Where CRIU finds everything that it restores.
    interface ImagesFolder extends Closeable {
        Path path();

        /// Changes nothing of what came of the restore.
        @Override
        void close();
    }
}
