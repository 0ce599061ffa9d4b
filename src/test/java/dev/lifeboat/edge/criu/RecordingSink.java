package dev.lifeboat.edge.criu;

import static java.util.Objects.requireNonNull;

import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Keeps every page in memory, and gives it back.
public class RecordingSink implements PageSink, PageSource {
    private final Map<MemoryObject, List<Extent>> extents = new LinkedHashMap<>();
    private final Map<Extent, ByteBuffer> pages = new LinkedHashMap<>();
    private final Map<MemoryObject, NavigableMap<Long, Extent>> starts = new LinkedHashMap<>();
    final List<Extent> inherited = new ArrayList<>();

    @Override
    public boolean hasParent(MemoryObject owner) {
        extents.putIfAbsent(owner, new ArrayList<>());
        return false;
    }

    @Override
    public ByteBuffer reserve(Extent extent) throws InterruptedException {
        var buffer = ByteBuffer.allocateDirect((int) extent.length());
        pages.put(extent, buffer);
        starts.computeIfAbsent(extent.owner(), _ -> new TreeMap<>()).put(extent.startAddress(), extent);
        return buffer;
    }

    @Override
    public void commit(Extent extent) {
        extents.computeIfAbsent(extent.owner(), _ -> new ArrayList<>()).add(extent);
    }

    @Override
    public void inherit(Extent extent) {
        inherited.add(extent);
    }

    @Override
    public List<MemoryObject> objects() {
        return List.copyOf(extents.keySet());
    }

    @Override
    public List<Extent> extents(MemoryObject owner) {
        return extents.getOrDefault(owner, List.of());
    }

    @Override
    public void read(Extent extent, ByteBuffer target) {
        for (long page = 0; page < extent.pages(); page++) {
            target.put(page(extent.owner(), extent.startAddress() + page * Extent.PAGE_SIZE));
        }
    }

    private ByteBuffer page(MemoryObject owner, long address) {
        var extent = requireNonNull(starts.get(owner), () -> "never saw " + owner)
                .floorEntry(address)
                .getValue();
        int offset = Math.toIntExact(address - extent.startAddress());
        return requireNonNull(pages.get(extent)).slice(offset, Extent.PAGE_SIZE);
    }

    public long bytes() {
        return pages.keySet().stream().mapToLong(Extent::length).sum();
    }
}
