package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// The pages of one checkpoint with its whole chain collapsed.
public interface PageSource {
    /// 1 MiB: what of a long extent is handed over as one.
    long PAGES_AT_ONCE = 256;

    List<MemoryObject> objects();

    /// All extents of one object, by rising address; extents do not overlap. Zero pages are among them.
    List<Extent> extents(MemoryObject owner);

    /// Fills `target` with the extent's pages, verified.
    ///
    /// @throws CorruptCheckpoint naming the chunk, when what the store gave back is not what was put there
    void read(Extent extent, ByteBuffer target) throws InterruptedException;

    /// Hands over every page of those extents once, verified, in any order and from several threads at
    /// once, as fast as they come. Pages that are zero may be left out. When it returns or throws
    /// nobody is under way any more.
    ///
    /// @param wanted of each object by rising address, apart from each other
    /// @throws CorruptCheckpoint naming the chunk, when what the store gave back is not what was put there
    /// @throws IOException when the target did
    default void pour(List<Extent> wanted, PageTarget target) throws IOException, InterruptedException {
        for (Extent extent : wanted) {
            for (long page = 0; page < extent.pages(); page += PAGES_AT_ONCE) {
                long address = extent.startAddress() + page * Extent.PAGE_SIZE;
                var piece = new Extent(extent.owner(), address, Math.min(PAGES_AT_ONCE, extent.pages() - page));
                ByteBuffer pages = ByteBuffer.allocate(Math.toIntExact(piece.length()));
                read(piece, pages);
                target.put(piece.owner(), address, pages.flip());
            }
        }
    }

    /// All of them.
    default void pour(PageTarget target) throws IOException, InterruptedException {
        pour(objects().stream().flatMap(owner -> extents(owner).stream()).toList(), target);
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
