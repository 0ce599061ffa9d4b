package dev.lifeboat.checkpoint;

/// A run of whole pages at consecutive addresses.
///
/// @param startAddress virtual address, a multiple of the page size
/// @param pages at least 1
public record Extent(MemoryObject owner, long startAddress, long pages) {
    public static final int PAGE_SIZE = 4096;

    public Extent {
        if (pages < 1 || startAddress % PAGE_SIZE != 0) {
            throw new IllegalArgumentException("not an extent: address " + startAddress + ", pages " + pages);
        }
    }

    public long length() {
        return Math.multiplyExact(pages, PAGE_SIZE);
    }
}
