package dev.lifeboat.edge.criu;

import java.io.IOException;
import java.io.OutputStream;

/// One file of a checkpoint as `criu restore` wants it.
///
/// @param size of the content, to the byte
public record ImageFile(String name, long size, Content content) {

    /// Written once, from beginning to end.
    @FunctionalInterface
    public interface Content {
        /// @throws dev.lifeboat.agent.CorruptCheckpoint when a page is not what was stored
        void writeTo(OutputStream out) throws IOException, InterruptedException;
    }
}
