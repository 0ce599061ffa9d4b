package dev.lifeboat.edge.objectstore;

import dev.lifeboat.checkpoint.Extent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Takes the zero pages out of a chunk: they cost nothing in the store.
final class ZeroPages {
    private static final int PAGE = Extent.PAGE_SIZE;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(PAGE).asReadOnlyBuffer();

    private ZeroPages() {}

    /// Moves the other pages together at the start of `chunk` and sets its limit behind them.
    ///
    /// @param extents what lies in the chunk, without gaps; when empty the chunk holds no pages and is left alone
    /// @return runs in the extents' order; those that are stored have chunk 0 and their offset
    static List<Index.Run> squeezeOut(ByteBuffer chunk, List<Extent> extents) {
        var runs = new ArrayList<Index.Run>();
        if (extents.isEmpty()) {
            return runs;
        }
        int from = 0;
        int to = 0;
        for (Extent extent : extents) {
            for (int page = 0; page < extent.pages(); ) {
                boolean zero = isZero(chunk, from);
                int length = runLength(chunk, from, extent.pages() - page, zero);
                runs.add(new Index.Run(
                        new Extent(extent.owner(), extent.startAddress() + (long) page * PAGE, length),
                        zero ? Index.Run.ZERO : 0,
                        zero ? 0 : to));
                if (!zero) {
                    move(chunk, from, to, length * PAGE);
                    to += length * PAGE;
                }
                from += length * PAGE;
                page += length;
            }
        }
        chunk.position(0).limit(to);
        return runs;
    }

    private static int runLength(ByteBuffer chunk, int from, long most, boolean zero) {
        int length = 1;
        while (length < most && isZero(chunk, from + length * PAGE) == zero) {
            length++;
        }
        return length;
    }

    private static void move(ByteBuffer chunk, int from, int to, int length) {
        if (from != to) {
            chunk.put(to, chunk, from, length);
        }
    }

    static ByteBuffer page() {
        return ZEROS.duplicate();
    }

    /// Most pages differ in their first word, so the long look is rare.
    private static boolean isZero(ByteBuffer chunk, int at) {
        return chunk.getLong(at) == 0 && chunk.slice(at, PAGE).mismatch(ZEROS.duplicate()) < 0;
    }
}
