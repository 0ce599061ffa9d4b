package dev.lifeboat.edge.objectstore;

import java.util.List;

/// What is in the store already, by content. Called from several threads.
interface KnownPages {
    PageHash hash();

    /// A page's place: which of the chain's chunks, and which page of it; or [DigestTable#NOWHERE].
    long[] locate(List<PageHash.Digest> pages);

    /// The pages were put into the stream's chunk `chunk`, in this order from its start.
    void kept(int chunk, List<PageHash.Digest> pages);

    /// A chunk has at most 256 pages.
    int PAGE_BITS = 8;

    static long location(int chunk, int page) {
        return (long) chunk << PAGE_BITS | page;
    }

    static int chunkOf(long location) {
        return Math.toIntExact(location >> PAGE_BITS);
    }

    static int offsetOf(long location) {
        return (int) (location & (1 << PAGE_BITS) - 1) * PageHash.PAGE;
    }
}
