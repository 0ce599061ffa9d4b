package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Takes a checkpoint's pages back; called from several threads at once.
@FunctionalInterface
public interface PageTarget {
    /// @param address of the first page
    /// @param pages whole ones, verified; they belong to the caller again once this returns
    /// @throws IOException when there is no room for them; ends the whole restore
    void put(MemoryObject owner, long address, ByteBuffer pages) throws IOException;
}
