package dev.lifeboat.edge.criu;

import static java.util.Objects.requireNonNull;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;

/// Which pages of a task may come after CRIU has made its mappings: those of private anonymous ones
/// (criu/include/vma.h, vma_entry_can_be_lazy), but for what the kernel itself needs to let a thread go.
final class LazyMemory {
    // mmap(2), as vma.proto has them in `prot` and `flags`.
    private static final long WRITE = 0x2;
    private static final long PRIVATE = 0x2;
    private static final long ANONYMOUS = 0x20;
    private static final long LOCKED = 0x2000;
    private static final long HUGETLB = 0x40000;

    /// criu/include/image.h, VMA_AREA_*: vsyscall, vdso, vvar, an asynchronous ring, a shadow stack.
    private static final long KERNELS_OWN = 1 << 2 | 1 << 3 | 1 << 12 | 1 << 13 | 1 << 15;

    private static final long PAGE = Extent.PAGE_SIZE;

    /// Ends of the mappings, by their starts.
    private final NavigableMap<Long, Long> mappings;

    private final NavigableSet<Long> kernelsPages;

    private LazyMemory(NavigableMap<Long, Long> mappings, NavigableSet<Long> kernelsPages) {
        this.mappings = mappings;
        this.kernelsPages = kernelsPages;
    }

    /// What userfaultfd can bring while the tasks run.
    ///
    /// @param metadata what CRIU dumped beside the pages
    /// @param tasks all of the tree that have memory
    /// @throws IOException when it is not to be understood
    static Map<MemoryObject, LazyMemory> of(Path metadata, List<MemoryObject> tasks) throws IOException {
        return byTask(metadata, tasks, mappings(metadata, tasks));
    }

    /// What can be written into the tasks while they stand there rebuilt: where each may write itself,
    /// and no other one has memory. What two of them have at the same place they may share, as after a
    /// fork, and only CRIU can give it to both.
    ///
    /// @param tasks all of the tree that have memory
    static Map<MemoryObject, LazyMemory> writable(Path metadata, List<MemoryObject> tasks) throws IOException {
        List<Mapping> mappings = mappings(metadata, tasks);
        Set<Mapping> shared = shared(mappings);
        return byTask(
                metadata,
                tasks,
                mappings.stream()
                        .filter(each -> each.writable && !shared.contains(each))
                        .toList());
    }

    private record Mapping(MemoryObject task, long start, long end, boolean writable) {}

    private static Map<MemoryObject, LazyMemory> byTask(Path metadata, List<MemoryObject> tasks, List<Mapping> mappings)
            throws IOException {
        NavigableSet<Long> kernelsPages = ThreadImage.kernelsPages(metadata);
        var all = new HashMap<MemoryObject, LazyMemory>();
        tasks.forEach(task -> all.put(task, new LazyMemory(new TreeMap<>(), kernelsPages)));
        mappings.forEach(each -> requireNonNull(all.get(each.task)).mappings.put(each.start, each.end));
        return all;
    }

    /// Those that overlap with another one. Each is held against the one that reaches farthest of those
    /// that begin before it.
    private static Set<Mapping> shared(List<Mapping> mappings) {
        var shared = new HashSet<Mapping>();
        Mapping farthest = null;
        for (Mapping each : mappings.stream()
                .sorted(Comparator.comparingLong(Mapping::start))
                .toList()) {
            if (farthest != null && each.start < farthest.end) {
                shared.add(farthest);
                shared.add(each);
            }
            if (farthest == null || each.end > farthest.end) {
                farthest = each;
            }
        }
        return shared;
    }

    private static List<Mapping> mappings(Path metadata, List<MemoryObject> tasks) throws IOException {
        var mappings = new ArrayList<Mapping>();
        for (MemoryObject task : tasks) {
            ImageMessage memory = ImageMessage.first(metadata.resolve("mm-" + task.id() + ".img"));
            for (ImageMessage each : memory.all(14)) {
                Map<Integer, Long> mapping = each.numbers();
                if (canBeLazy(mapping)) {
                    boolean writable = (mapping.getOrDefault(5, 0L) & WRITE) != 0;
                    mappings.add(new Mapping(task, mapping.getOrDefault(1, 0L), mapping.getOrDefault(2, 0L), writable));
                }
            }
        }
        return mappings;
    }

    private static boolean canBeLazy(Map<Integer, Long> mapping) {
        long flags = mapping.getOrDefault(6, 0L);
        long status = mapping.getOrDefault(7, 0L);
        return (flags & (PRIVATE | ANONYMOUS)) == (PRIVATE | ANONYMOUS)
                && (flags & (LOCKED | HUGETLB)) == 0
                && (status & KERNELS_OWN) == 0
                && mapping.containsKey(1)
                && mapping.containsKey(2);
    }

    /// What of a task's pages comes early and what late, by rising address.
    record Split(List<Extent> early, List<Extent> late) {
        Split {
            early = List.copyOf(early);
            late = List.copyOf(late);
        }
    }

    /// Neighbours of one kind come out as one: CRIU asks for up to 4 MiB at once, but never across an entry of the
    /// pagemap.
    Split split(List<Extent> extents) {
        var early = new ArrayList<Extent>();
        var late = new ArrayList<Extent>();
        for (Extent extent : extents) {
            long address = extent.startAddress();
            long end = address + extent.length();
            while (address < end) {
                boolean lazy = isLazy(address);
                long until = Math.min(end, change(address));
                add(lazy ? late : early, new Extent(extent.owner(), address, (until - address) / PAGE));
                address = until;
            }
        }
        return new Split(early, late);
    }

    private boolean isLazy(long address) {
        var mapping = mappings.floorEntry(address);
        return mapping != null && address < mapping.getValue() && !kernelsPages.contains(address);
    }

    /// The next address at which the answer may be another one.
    private long change(long address) {
        if (kernelsPages.contains(address)) {
            return address + PAGE;
        }
        long next = Long.MAX_VALUE;
        var mapping = mappings.floorEntry(address);
        if (mapping != null && address < mapping.getValue()) {
            next = mapping.getValue();
        } else if (mappings.higherKey(address) != null) {
            next = mappings.higherKey(address);
        }
        Long page = kernelsPages.higher(address);
        return page == null ? next : Math.min(next, page);
    }

    private static void add(List<Extent> all, Extent next) {
        if (!all.isEmpty()) {
            Extent last = all.getLast();
            if (last.startAddress() + last.length() == next.startAddress()) {
                all.set(all.size() - 1, new Extent(last.owner(), last.startAddress(), last.pages() + next.pages()));
                return;
            }
        }
        all.add(next);
    }
}
