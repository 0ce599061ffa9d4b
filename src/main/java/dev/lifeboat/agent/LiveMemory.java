package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.Extent;
import java.nio.ByteBuffer;
import java.util.List;

/// The memory of running process trees, read while they run on. What is read may be torn: one page of it from before a
/// write, another from after, or half of each in one page.
public interface LiveMemory {

    /// Opens a tree as it is now; processes that come later are not in it. A tree that is gone has nothing to read.
    View view(long rootPid);

    /// One look at one tree, by one thread. A process may end at any time: from then on it has no pages.
    interface View extends AutoCloseable {
        /// Where memory that a dump would carry may lie, by process and rising address. None is longer than
        /// [#LONGEST_WINDOW].
        List<Extent> windows();

        /// Those pages of a window that are in memory now, by rising address; none longer than
        /// [PageSink#LONGEST_EXTENT]. What is swapped out is not fetched back for this.
        List<Extent> present(Extent window);

        /// Copies the extent to the start of `target`, as far as it can be read.
        ///
        /// @return whole pages copied, from the start
        long read(Extent extent, ByteBuffer target);

        @Override
        void close();
    }

    /// 32 MiB: a look at where pages are takes a fraction of a millisecond.
    int LONGEST_WINDOW = 32 << 20;

    /// Nothing runs, as far as this can tell.
    LiveMemory NONE = _ -> new View() {
        @Override
        public List<Extent> windows() {
            return List.of();
        }

        @Override
        public List<Extent> present(Extent window) {
            return List.of();
        }

        @Override
        public long read(Extent extent, ByteBuffer target) {
            return 0;
        }

        @Override
        public void close() {}
    };
}
