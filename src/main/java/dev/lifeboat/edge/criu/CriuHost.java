package dev.lifeboat.edge.criu;

import java.io.IOException;
import java.nio.file.Path;

/// What CRIU needs of the machine and Java alone cannot do.
public interface CriuHost {
    /// Starts `criu swrk` with two sockets and no other descriptor of ours.
    ///
    /// @param criu absolute path
    /// @param images CRIU's images folder
    /// @param work an empty folder for its log and its statistics
    CriuWorker start(Path criu, Path images, Path work) throws IOException;

    /// SIGSTOP. A process that is gone is fine.
    void stop(long pid) throws IOException;
}
