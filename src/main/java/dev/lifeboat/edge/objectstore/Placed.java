package dev.lifeboat.edge.objectstore;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.quantity.ByteCount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Where in a chain the pages of one whole pre-dump lie, by address: what the next one may leave out.
///
/// Only tasks are in it: CRIU leaves nothing out of shared memory that it could not have had in full.
final class Placed {
    /// About 26 MiB. A workload whose pages lie more scattered than this is dumped in full each time, which
    /// costs the scan, not the upload.
    static final int MOST_PIECES = 1 << 18;

    /// A piece, its extent and its entry in the tree.
    private static final long PIECE_BYTES = 104;

    private static final int PAGE = Extent.PAGE_SIZE;

    private final Map<MemoryObject, NavigableMap<Long, Sieve.Piece>> objects;

    private Placed(Map<MemoryObject, NavigableMap<Long, Sieve.Piece>> objects) {
        this.objects = objects;
    }

    /// @param pieces each zero or at a place of the chain, in any order, none overlapping
    static Placed of(List<Sieve.Piece> pieces) {
        var sorted = new ArrayList<>(pieces);
        sorted.sort(Comparator.comparing(
                        (Sieve.Piece piece) -> piece.extent().owner().kind())
                .thenComparingLong(piece -> piece.extent().owner().id())
                .thenComparingLong(piece -> piece.extent().startAddress()));
        var joined = new ArrayList<Sieve.Piece>();
        for (Sieve.Piece piece : sorted) {
            if (piece.extent().owner().kind() != MemoryObject.Kind.TASK) {
                continue;
            }
            if (!joined.isEmpty() && follows(joined.getLast(), piece)) {
                joined.set(joined.size() - 1, join(joined.getLast(), piece));
            } else {
                joined.add(piece);
            }
        }
        var objects = new LinkedHashMap<MemoryObject, NavigableMap<Long, Sieve.Piece>>();
        for (Sieve.Piece piece : joined) {
            objects.computeIfAbsent(piece.extent().owner(), _ -> new TreeMap<>())
                    .put(piece.extent().startAddress(), piece);
        }
        return new Placed(objects);
    }

    int pieces() {
        return objects.values().stream().mapToInt(Map::size).sum();
    }

    ByteCount memory() {
        return new ByteCount(pieces() * PIECE_BYTES);
    }

    boolean knows(MemoryObject owner) {
        return objects.containsKey(owner);
    }

    /// The places of an extent's pages, by rising address.
    ///
    /// @throws IllegalStateException naming the first page that is not there: it must not be left out
    List<Sieve.Piece> find(Extent extent) {
        var pieces = objects.get(extent.owner());
        var found = new ArrayList<Sieve.Piece>();
        long address = extent.startAddress();
        long end = address + extent.length();
        while (address < end) {
            var entry = pieces == null ? null : pieces.floorEntry(address);
            long until = entry == null ? address : Math.min(end, endOf(entry.getValue()));
            if (entry == null || until <= address) {
                throw new IllegalStateException("a page was left out that the parent layer does not have: "
                        + Long.toHexString(address) + " of " + extent.owner());
            }
            found.add(cut(entry.getValue(), address, until));
            address = until;
        }
        return found;
    }

    private static Sieve.Piece cut(Sieve.Piece whole, long from, long until) {
        long skipped = (from - whole.extent().startAddress()) / PAGE;
        var extent = new Extent(whole.extent().owner(), from, (until - from) / PAGE);
        return new Sieve.Piece(extent, isZero(whole) ? Sieve.Piece.ZERO : whole.where() + skipped, 0);
    }

    private static boolean follows(Sieve.Piece before, Sieve.Piece after) {
        if (!before.extent().owner().equals(after.extent().owner())
                || endOf(before) != after.extent().startAddress()) {
            return false;
        }
        if (isZero(before) || isZero(after)) {
            return isZero(before) && isZero(after);
        }
        return after.where() == before.where() + before.extent().pages()
                && KnownPages.chunkOf(after.where()) == KnownPages.chunkOf(before.where());
    }

    private static Sieve.Piece join(Sieve.Piece before, Sieve.Piece after) {
        long pages = before.extent().pages() + after.extent().pages();
        var extent = new Extent(before.extent().owner(), before.extent().startAddress(), pages);
        return new Sieve.Piece(extent, before.where(), 0);
    }

    private static boolean isZero(Sieve.Piece piece) {
        return piece.where() == Sieve.Piece.ZERO;
    }

    private static long endOf(Sieve.Piece piece) {
        return piece.extent().startAddress() + piece.extent().length();
    }
}
