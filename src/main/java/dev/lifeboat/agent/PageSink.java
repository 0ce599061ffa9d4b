package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.nio.ByteBuffer;

/// Takes the pages of one dump, in the order in which they come, from one thread.
///
/// For every extent: [#reserve] a buffer, fill it, [#commit] it. The buffer belongs to the sink; a direct one is filled
/// without a copy. The tree stands still meanwhile, so memory that was touched beforehand saves frozen time. Whatever a
/// method throws ends the dump and lets the tree go on.
public interface PageSink {
    /// No extent handed to [#reserve] is longer; inherited ones may be.
    int LONGEST_EXTENT = 1 << 20;

    /// Whether a parent layer knows this object, so that the dumper may leave unchanged pages out.
    boolean hasParent(MemoryObject owner);

    /// Room for all of `extent`: position 0, limit at least the extent's length. Blocks while the memory budget is
    /// spent.
    ///
    /// @throws InterruptedException when the save is given up
    ByteBuffer reserve(Extent extent) throws InterruptedException;

    /// The buffer last reserved is full of the extent's pages.
    void commit(Extent extent);

    /// The extent has not changed since the parent layer.
    void inherit(Extent extent);
}
