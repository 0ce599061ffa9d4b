package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.PageSink;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.nio.ByteBuffer;

/// Lets nothing be left out: CRIU refuses a dump without a parent folder when the page server says that it has
/// a parent.
record Parentless(PageSink sink) implements PageSink {
    @Override
    public boolean hasParent(MemoryObject owner) {
        return false;
    }

    @Override
    public ByteBuffer reserve(Extent extent) throws InterruptedException {
        return sink.reserve(extent);
    }

    @Override
    public void commit(Extent extent) {
        sink.commit(extent);
    }

    @Override
    public void inherit(Extent extent) {
        sink.inherit(extent);
    }
}
