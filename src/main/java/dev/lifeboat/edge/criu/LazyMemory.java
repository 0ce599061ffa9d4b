package dev.lifeboat.edge.criu;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Which pages of one task may come after CRIU has made its mappings: those of private anonymous ones
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

    /// What userfaultfd can bring while the task runs.
    ///
    /// @param metadata what CRIU dumped beside the pages
    /// @throws IOException when it is not to be understood
    static LazyMemory of(Path metadata, MemoryObject task) throws IOException {
        return new LazyMemory(mappings(metadata, task, _ -> true), ThreadImage.kernelsPages(metadata));
    }

    /// What can be written into the task while it stands there rebuilt: where it may write itself, and where no other
    /// task has memory. What two of them have at the same place they may share, as after a fork, and only
    /// CRIU can give it to both.
    ///
    /// @param tasks all of the tree that have memory
    static LazyMemory writable(Path metadata, MemoryObject task, List<MemoryObject> tasks) throws IOException {
        var own = mappings(metadata, task, mapping -> (mapping.getOrDefault(5, 0L) & WRITE) != 0);
        for (MemoryObject other : tasks) {
            if (!other.equals(task)) {
                var others = mappings(metadata, other, _ -> true);
                own.entrySet().removeIf(each -> overlaps(others, each.getKey(), each.getValue()));
            }
        }
        return new LazyMemory(own, ThreadImage.kernelsPages(metadata));
    }

    private static boolean overlaps(NavigableMap<Long, Long> mappings, long start, long end) {
        var before = mappings.lowerEntry(end);
        return before != null && before.getValue() > start;
    }

    private static NavigableMap<Long, Long> mappings(
            Path metadata, MemoryObject task, Predicate<Map<Integer, Long>> wanted) throws IOException {
        var mappings = new TreeMap<Long, Long>();
        for (ImageMessage each :
                ImageMessage.first(metadata.resolve("mm-" + task.id() + ".img")).all(14)) {
            Map<Integer, Long> mapping = each.numbers();
            if (canBeLazy(mapping) && wanted.test(mapping)) {
                mappings.put(mapping.get(1), mapping.get(2));
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
