package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
                int pages = content().length / Extent.PAGE_SIZE;
                return pages == 0 ? List.of() : List.of(new Extent(owner, START, pages));
            }

            @Override
            public List<Extent> present(Extent window) {
                return windows();
            }

            @Override
            public long read(Extent extent, ByteBuffer target) {
                int length = (int) Math.min(extent.length(), content().length);
                target.put(target.position(), content(), 0, length);
                return length / Extent.PAGE_SIZE;
            }

            @Override
            public void close() {}
        };
    }
}
