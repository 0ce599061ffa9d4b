package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.Extent;
import java.nio.ByteBuffer;
import java.util.List;

final class FakeMemoryTest extends LiveMemoryContract {
    private final FakeMemory memory = new FakeMemory();

    @Override
    protected LiveMemory memory() {
        return memory;
    }

    @Override
    protected long running(List<Long> words) {
        var content = ByteBuffer.allocate(words.size() * Extent.PAGE_SIZE);
        words.forEach(word -> {
            for (int i = 0; i < Extent.PAGE_SIZE; i += Long.BYTES) {
                content.putLong(word);
            }
        });
        memory.put(7, content.array());
        return 7;
    }

    @Override
    protected long ended() {
        return 8;
    }
}
