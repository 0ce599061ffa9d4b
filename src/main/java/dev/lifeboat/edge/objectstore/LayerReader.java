package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.agent.PageFlow;
import dev.lifeboat.agent.PageMemory;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.agent.PageTarget;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The pages of one checkpoint, wherever in its chain they lie, read ahead in the order in which they were written.
final class LayerReader implements PageSource {
    /// Neighbours are handed out together, up to 1 MiB: in a chain they may be many and short.
    private static final long MOST_PAGES = 256;

    private final Map<MemoryObject, NavigableMap<Long, Index.Run>> objects = new LinkedHashMap<>();
    private final ChunkReader chunks;
    private final SealedChunks sealed;
    private final Index index;
    private final int streams;

    /// @param chunks reads page by page
    /// @param sealed reads all of them
    /// @param streams requests at once for that
    LayerReader(Index index, ChunkReader chunks, SealedChunks sealed, int streams) {
        this.streams = streams;
        this.chunks = chunks;
        this.sealed = sealed;
        this.index = index;
        for (Index.Run run : index.runs()) {
            var runs = objects.computeIfAbsent(run.extent().owner(), _ -> new TreeMap<>());
            runs.put(run.extent().startAddress(), run);
        }
        objects.values().forEach(LayerReader::requireApart);
    }

    private static void requireApart(NavigableMap<Long, Index.Run> runs) {
        long end = Long.MIN_VALUE;
        for (Index.Run run : runs.values()) {
            if (run.extent().startAddress() < end) {
                throw new CorruptCheckpoint("index: extents overlap at " + run.extent());
            }
            end = run.extent().startAddress() + run.extent().length();
        }
    }

    @Override
    public List<MemoryObject> objects() {
        return objects.keySet().stream()
                .sorted(Comparator.comparing(MemoryObject::kind).thenComparingLong(MemoryObject::id))
                .toList();
    }

    @Override
    public List<Extent> extents(MemoryObject owner) {
        var extents = new ArrayList<Extent>();
        Extent open = null;
        for (Index.Run run : runs(owner).values()) {
            Extent next = run.extent();
            if (open != null
                    && open.startAddress() + open.length() == next.startAddress()
                    && open.pages() + next.pages() <= MOST_PAGES) {
                open = new Extent(owner, open.startAddress(), open.pages() + next.pages());
                extents.set(extents.size() - 1, open);
            } else {
                open = next;
                extents.add(open);
            }
        }
        return extents;
    }

    @Override
    public void read(Extent extent, ByteBuffer target) throws InterruptedException {
        walk(extent, (run, offset, length) -> {
            copy(run, offset, length, target);
            return true;
        });
    }

    /// Takes a piece of an extent.
    @FunctionalInterface
    interface Walker {
        /// @param offset in the run's chunk, decoded, where there is one
        /// @param length in bytes, whole pages
        /// @return whether to go on
        boolean at(Index.Run run, int offset, int length) throws InterruptedException;
    }

    /// Where the pages of an extent lie, by rising address.
    void walk(Extent extent, Walker walker) throws InterruptedException {
        var runs = runs(extent.owner());
        long address = extent.startAddress();
        long end = address + extent.length();
        boolean goesOn = true;
        while (goesOn && address < end) {
            var entry = runs.floorEntry(address);
            if (entry == null || address >= endOf(entry.getValue())) {
                throw new IllegalArgumentException("no page at " + Long.toHexString(address) + " of " + extent.owner());
            }
            Index.Run run = entry.getValue();
            int skipped = Math.toIntExact(address - run.extent().startAddress());
            long until = Math.min(end, endOf(run));
            goesOn = walker.at(run, run.offset() + skipped, Math.toIntExact(until - address));
            address = until;
        }
    }

    @Override
    public void pour(List<Extent> wanted, PageTarget target) throws IOException, InterruptedException {
        new Pouring(sealed, index, new Selection(wanted), streams).into(target);
    }

    @Override
    public PageFlow flow(PageMemory.Machine machine, List<Extent> first) throws IOException, InterruptedException {
        return LayerFlow.begin(this, sealed, index, new LayerFlow.Terms(streams, first, machine));
    }

    /// What [#pour] reads, read and dropped.
    long skim() throws IOException, InterruptedException {
        var all = objects().stream().flatMap(owner -> extents(owner).stream()).toList();
        return new Pouring(sealed, index, new Selection(all), streams).skim();
    }

    private void copy(Index.Run run, int offset, int length, ByteBuffer target) throws InterruptedException {
        if (run.chunk() == Index.Run.ZERO) {
            putZeros(length, target);
        } else {
            target.put(chunks.chunk(run.chunk()).slice(offset, length));
        }
    }

    static void putZeros(int length, ByteBuffer target) {
        for (int done = 0; done < length; done += Extent.PAGE_SIZE) {
            target.put(Sieve.zeroPage());
        }
    }

    private static long endOf(Index.Run run) {
        return run.extent().startAddress() + run.extent().length();
    }

    private NavigableMap<Long, Index.Run> runs(MemoryObject owner) {
        var runs = objects.get(owner);
        if (runs == null) {
            throw new IllegalArgumentException("no such memory here: " + owner);
        }
        return runs;
    }
}
