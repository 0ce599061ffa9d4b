package dev.lifeboat.agent;

import dev.lifeboat.quantity.ByteCount;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Port: memory outside of the heap and of the JVM's limits. What was never written takes no room.
public interface PageMemory extends Closeable {
    /// A window of it; to be forgotten before that part is given back, or the whole closed.
    ///
    /// @return direct
    ByteBuffer at(long offset, int length);

    /// What lies there is not needed any more; it may be written again.
    ///
    /// @param offset a multiple of the page size
    void giveBack(long offset, long length);

    /// All of it goes. Nobody may use a window any more.
    @Override
    void close();

    /// Where to get it.
    @FunctionalInterface
    interface Machine {
        /// @param size addresses, of which only what is written takes room
        PageMemory memory(ByteCount size) throws IOException;
    }
}
