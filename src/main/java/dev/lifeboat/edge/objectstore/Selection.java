package dev.lifeboat.edge.objectstore;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Parts of a checkpoint's memory.
final class Selection {
    /// Ends by starts, neighbours as one.
    private final Map<MemoryObject, NavigableMap<Long, Long>> parts = new HashMap<>();

    /// @param extents of each object by rising address, apart from each other
    Selection(List<Extent> extents) {
        for (Extent extent : extents) {
            var ends = parts.computeIfAbsent(extent.owner(), _ -> new TreeMap<>());
            var last = ends.lastEntry();
            boolean goesOn = last != null && last.getValue() == extent.startAddress();
            ends.put(goesOn ? last.getKey() : extent.startAddress(), extent.startAddress() + extent.length());
        }
    }

    /// Takes what of an extent is among them.
    @FunctionalInterface
    interface Part {
        void at(long address, long length) throws IOException;
    }

    boolean touches(Extent extent) {
        var ends = parts.get(extent.owner());
        var last = ends == null ? null : ends.lowerEntry(extent.startAddress() + extent.length());
        return last != null && last.getValue() > extent.startAddress();
    }

    /// By rising address.
    void within(Extent extent, Part taker) throws IOException {
        var ends = parts.get(extent.owner());
        if (ends == null) {
            return;
        }
        long end = extent.startAddress() + extent.length();
        var first = ends.floorEntry(extent.startAddress());
        long from = first == null ? extent.startAddress() : first.getKey();
        for (var part : ends.subMap(from, true, end, false).entrySet()) {
            long start = Math.max(part.getKey(), extent.startAddress());
            long length = Math.min(part.getValue(), end) - start;
            if (length > 0) {
                taker.at(start, length);
            }
        }
    }
}
