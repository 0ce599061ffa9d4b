package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.PageSource;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.nio.ByteBuffer;
import java.util.List;

/// Another source's pages; whoever extends it does something on their way.
class RelayedPages implements PageSource {
    private final PageSource real;

    RelayedPages(PageSource real) {
        this.real = real;
    }

    @Override
    public List<MemoryObject> objects() {
        return real.objects();
    }

    @Override
    public List<Extent> extents(MemoryObject owner) {
        return real.extents(owner);
    }

    @Override
    public void read(Extent extent, ByteBuffer target) throws InterruptedException {
        real.read(extent, target);
    }
}
