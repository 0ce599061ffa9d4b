package dev.lifeboat.edge.linux;

import dev.lifeboat.agent.LiveMemory;
import dev.lifeboat.agent.LiveMemoryContract;
import dev.lifeboat.checkpoint.Extent;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The process that is read is this one.
final class ProcessMemoryTest extends LiveMemoryContract {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);

    private final List<MemorySegment> kept = new ArrayList<>();

    @Override
    protected LiveMemory memory() {
        return new ProcessMemory();
    }

    @Override
    protected long running(List<Long> words) {
        var pages = Arena.ofAuto().allocate((long) words.size() * Extent.PAGE_SIZE, Extent.PAGE_SIZE);
        for (long at = 0; at < pages.byteSize(); at += Long.BYTES) {
            pages.set(WORD, at, words.get((int) (at / Extent.PAGE_SIZE)));
        }
        kept.add(pages);
        return ProcessHandle.current().pid();
    }

    @Override
    protected long ended() throws Exception {
        var process = new ProcessBuilder("true").start();
        process.waitFor(2, TimeUnit.MINUTES);
        return process.pid();
    }
}
