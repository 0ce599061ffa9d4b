package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
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

    /// Hands over every page once, verified, in any order and from several threads at once, as fast as they come. Pages
    /// that are zero may be left out. When it returns or throws nobody is under way any more.
    ///
    /// @throws CorruptCheckpoint naming the chunk, when what the store gave back is not what was put there
    /// @throws IOException when the target did
    default void pour(PageTarget target) throws IOException, InterruptedException {
        for (MemoryObject owner : objects()) {
            for (Extent extent : extents(owner)) {
                ByteBuffer pages = ByteBuffer.allocate(Math.toIntExact(extent.length()));
                read(extent, pages);
                target.put(owner, extent.startAddress(), pages.flip());
            }
        }
    }

    /// Begins to bring pages, in the background.
    ///
    /// @param machine where they wait until they are taken
    /// @param first those that are wanted before all others
    default PageFlow flow(PageMemory.Machine machine, List<Extent> first) throws IOException, InterruptedException {
        return new PageFlow() {
            @Override
            public long take(Extent extent, ByteBuffer target) throws InterruptedException {
                read(extent, target);
                return extent.pages();
            }

            @Override
            public void bringAll() {}

            @Override
            public void close() {}
        };
    }
}
