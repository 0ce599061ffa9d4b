package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.PageFlow;
import dev.lifeboat.agent.PageMemory;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Gives what comes late slowly, so that there is a middle, and whatever the test wants it to from then on.
public final class SlowPages extends RelayedPages {
    /// About 60 answers bring the victim back; the restore itself needs the first few of them.
    private static final Duration PER_ANSWER = Duration.ofMillis(50);

    /// Thousands of answers bring it back that way.
    private static final Duration PER_DROP = Duration.ofMillis(10);

    private static final int DROP_PAGES = 4;

    private final PageSource real;
    private final Way way;

    /// How it gives them; of one test, whatever is restored in it.
    public static final class Way {
        private final AtomicInteger failures = new AtomicInteger();
        private volatile boolean failing;
        private volatile boolean hurrying;

        /// Zero while all have the same.
        private volatile long spared;

        public void hurry() {
            hurrying = true;
        }

        /// All tasks but one have theirs in drops.
        void trickle(long but) {
            spared = but;
        }

        void fail() {
            failing = true;
        }

        void recover() {
            failing = false;
        }

        int failures() {
            return failures.get();
        }
    }

    public SlowPages(PageSource real, Way way) {
        super(real);
        this.real = real;
        this.way = way;
    }

    @Override
    public PageFlow flow(PageMemory.Machine machine, List<Extent> first) throws IOException, InterruptedException {
        return new SlowFlow(real.flow(machine, first), way);
    }

    private record SlowFlow(PageFlow real, Way way) implements PageFlow {
        @Override
        public long take(Extent extent, ByteBuffer target) throws InterruptedException {
            if (way.failing) {
                way.failures.incrementAndGet();
                throw new StoreFailed(StoreFailed.Kind.STALLED, "the store is away");
            }
            if (!Thread.currentThread().getName().equals("lazy-pages") || extent.pages() == 1 || way.hurrying) {
                return real.take(extent, target);
            }
            if (way.spared == 0) {
                LockSupport.parkNanos(PER_ANSWER.toNanos());
                return real.take(extent, target);
            }
            if (way.spared == extent.owner().id()) {
                return real.take(extent, target);
            }
            LockSupport.parkNanos(PER_DROP.toNanos());
            long pages = Math.min(extent.pages(), DROP_PAGES);
            return real.take(new Extent(extent.owner(), extent.startAddress(), pages), target);
        }

        @Override
        public void bringAll() {
            real.bringAll();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
