package dev.lifeboat.edge.objectstore;

import dev.lifeboat.checkpoint.Extent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes out of a chunk what need not be stored: zero pages, and pages whose content the store has.
final class Sieve {
    private static final int PAGE = Extent.PAGE_SIZE;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(PAGE).asReadOnlyBuffer();

    private final ByteBuffer chunk;
    private final @Nullable KnownPages known;

    private Sieve(ByteBuffer chunk, @Nullable KnownPages known) {
        this.chunk = chunk;
        this.known = known;
    }

    /// Pages at consecutive addresses whose content lies together.
    ///
    /// @param where [#ZERO], [#HERE], or the place of the first page in the chain
    /// @param offset where it begins among what was kept, when it is here
    record Piece(Extent extent, long where, int offset) {
        static final long ZERO = -2;
        static final long HERE = DigestTable.NOWHERE;
    }

    /// @param pieces in the extents' order
    /// @param kept digests of the pages that are left; empty when nobody asks for them
    record Sifted(List<Piece> pieces, List<PageHash.Digest> kept) {}

    /// Moves what has to be stored together at the start of `chunk` and sets its limit behind it.
    ///
    /// @param extents what lies in the chunk, without gaps; when empty the chunk holds no pages and is left alone
    static Sifted sift(ByteBuffer chunk, List<Extent> extents, @Nullable KnownPages known) {
        return extents.isEmpty() ? new Sifted(List.of(), List.of()) : new Sieve(chunk, known).sift(extents);
    }

    private Sifted sift(List<Extent> extents) {
        var kept = new ArrayList<PageHash.Digest>();
        long[] where = places(chunk.remaining() / PAGE, kept);
        var pieces = new ArrayList<Piece>();
        int page = 0;
        int to = 0;
        for (Extent extent : extents) {
            int first = page;
            int end = first + (int) extent.pages();
            while (page < end) {
                int length = together(where, page, end);
                long address = extent.startAddress() + (long) (page - first) * PAGE;
                pieces.add(new Piece(new Extent(extent.owner(), address, length), where[page], to));
                if (where[page] == Piece.HERE) {
                    move(page * PAGE, to, length * PAGE);
                    to += length * PAGE;
                }
                page += length;
            }
        }
        chunk.position(0).limit(to);
        return new Sifted(pieces, kept);
    }

    private long[] places(int pages, List<PageHash.Digest> kept) {
        long[] where = new long[pages];
        for (int page = 0; page < pages; page++) {
            where[page] = isZero(page * PAGE) ? Piece.ZERO : Piece.HERE;
        }
        if (known != null) {
            locate(where, known, kept);
        }
        return where;
    }

    private void locate(long[] where, KnownPages store, List<PageHash.Digest> kept) {
        var digests = new ArrayList<PageHash.Digest>();
        for (int page = 0; page < where.length; page++) {
            if (where[page] == Piece.HERE) {
                digests.add(store.hash().of(chunk, page * PAGE));
            }
        }
        long[] places = store.locate(digests);
        int next = 0;
        for (int page = 0; page < where.length; page++) {
            if (where[page] == Piece.HERE) {
                where[page] = places[next];
                if (places[next] == Piece.HERE) {
                    kept.add(digests.get(next));
                }
                next++;
            }
        }
    }

    private static int together(long[] where, int from, int end) {
        int length = 1;
        long first = where[from];
        while (from + length < end && where[from + length] == (first < 0 ? first : first + length)) {
            if (first >= 0 && KnownPages.chunkOf(first + length) != KnownPages.chunkOf(first)) {
                break;
            }
            length++;
        }
        return length;
    }

    private void move(int from, int to, int length) {
        if (from != to) {
            chunk.put(to, chunk, from, length);
        }
    }

    static ByteBuffer zeroPage() {
        return ZEROS.duplicate();
    }

    /// Most pages differ in their first word, so the long look is rare.
    private boolean isZero(int at) {
        return chunk.getLong(at) == 0 && chunk.slice(at, PAGE).mismatch(ZEROS.duplicate()) < 0;
    }
}
