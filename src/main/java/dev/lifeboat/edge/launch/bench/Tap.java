package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.agent.PageSink;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/// Between the page server and the store's sink: how much came, and what the thread that took it has used.
final class Tap implements PageSink {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final PageSink sink;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();

    Tap(PageSink sink) {
        this.sink = sink;
    }

    long bytes() {
        return bytes.get();
    }

    long processorNanos() {
        return nanos.get();
    }

    @Override
    public boolean hasParent(MemoryObject owner) {
        return sink.hasParent(owner);
    }

    @Override
    public ByteBuffer reserve(Extent extent) throws InterruptedException {
        return sink.reserve(extent);
    }

    @Override
    public void commit(Extent extent) {
        sink.commit(extent);
        bytes.addAndGet(extent.length());
        nanos.set(threads.getCurrentThreadCpuTime());
    }

    @Override
    public void inherit(Extent extent) {
        sink.inherit(extent);
    }
}
