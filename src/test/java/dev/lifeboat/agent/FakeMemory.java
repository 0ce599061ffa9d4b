package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// Memory that a test fills, held to [LiveMemoryContract] like the real one.
public final class FakeMemory implements LiveMemory {
    private static final long START = 0x10_0000;

    private final Map<Long, byte[]> memories = new HashMap<>();

    /// The process has exactly this; whole pages.
    public void put(long pid, byte[] content) {
        memories.put(pid, content.clone());
    }

    @Override
    public View view(long rootPid) {
        var owner = new MemoryObject(MemoryObject.Kind.TASK, rootPid);
        return new View() {
            private byte[] content() {
                return memories.getOrDefault(rootPid, new byte[0]);
            }

            @Override
            public List<Extent> windows() {
                return cut(START, content().length, LONGEST_WINDOW);
            }

            @Override
            public List<Extent> present(Extent window) {
                return cut(window.startAddress(), window.length(), PageSink.LONGEST_EXTENT);
            }

            private List<Extent> cut(long start, long length, long most) {
                return LongStream.iterate(0, at -> at < length, at -> at + most)
                        .mapToObj(at -> new Extent(owner, start + at, Math.min(most, length - at) / Extent.PAGE_SIZE))
                        .toList();
            }

            @Override
            public long read(Extent extent, ByteBuffer target) {
                int from = (int) (extent.startAddress() - START);
                int length = (int) Math.clamp(content().length - from, 0, extent.length());
                target.put(target.position(), content(), Math.min(from, content().length), length);
                return length / Extent.PAGE_SIZE;
            }

            @Override
            public void close() {}
        };
    }
}
