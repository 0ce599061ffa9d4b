package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.nio.ByteBuffer;
import java.util.List;

/// The pages of one checkpoint with its whole chain collapsed.
public interface PageSource {
    List<MemoryObject> objects();

    /// All extents of one object, by rising address; extents do not overlap. Zero pages are among them.
    List<Extent> extents(MemoryObject owner);

    /// Fills `target` with the extent's pages, verified.
    ///
    /// @throws CorruptCheckpoint naming the chunk, when what the store gave back is not what was put there
    void read(Extent extent, ByteBuffer target) throws InterruptedException;
}
