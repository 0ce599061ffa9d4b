package dev.lifeboat.edge.criu;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat.FieldType;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/// Which pages of one task may come after it runs again: those of private anonymous mappings that CRIU watches with
/// userfaultfd (criu/include/vma.h, vma_entry_can_be_lazy), but for the top of each thread's stack (criu/mem.c,
/// is_stack), which the kernel itself needs to let a thread go.
final class LazyMemory {
    /// Two magic words and the first message's length, little-endian; the message follows.
    private static final int IMAGE_HEADER = 12;

    // mmap(2), as vma.proto has them in `flags`.
    private static final long PRIVATE = 0x2;
    private static final long ANONYMOUS = 0x20;
    private static final long LOCKED = 0x2000;
    private static final long HUGETLB = 0x40000;

    /// criu/include/image.h, VMA_AREA_*: vsyscall, vdso, vvar, an asynchronous ring, a shadow stack.
    private static final long KERNELS_OWN = 1 << 2 | 1 << 3 | 1 << 12 | 1 << 13 | 1 << 15;

    private static final long PAGE = Extent.PAGE_SIZE;

    /// Ends of the mappings, by their starts.
    private final NavigableMap<Long, Long> mappings;

    private final Set<Long> stackTops;

    private LazyMemory(NavigableMap<Long, Long> mappings, Set<Long> stackTops) {
        this.mappings = mappings;
        this.stackTops = stackTops;
    }

    /// @param metadata what CRIU dumped beside the pages
    /// @throws IOException when it is not to be understood
    static LazyMemory of(Path metadata, MemoryObject task) throws IOException {
        var mappings = new TreeMap<Long, Long>();
        CodedInputStream memory = message(metadata.resolve("mm-" + task.id() + ".img"));
        for (int tag = memory.readTag(); tag != 0; tag = memory.readTag()) {
            if (tag == tag(14, FieldType.MESSAGE)) {
                Map<Integer, Long> mapping = numbers(memory.readByteBuffer());
                if (canBeLazy(mapping)) {
                    mappings.put(mapping.get(1), mapping.get(2));
                }
            } else {
                memory.skipField(tag);
            }
        }
        return new LazyMemory(mappings, stackTops(metadata));
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

    /// Of all threads of the tree: that one page more of another task comes early costs nothing.
    private static Set<Long> stackTops(Path metadata) throws IOException {
        var tops = new HashSet<Long>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(metadata, "core-*.img")) {
            for (Path thread : threads) {
                tops.add(stackPointer(thread) / PAGE * PAGE);
            }
        }
        return tops;
    }

    /// core.proto: `thread_info` (2) or `ti_aarch64` (8), its `gpregs`, their `sp`.
    private static long stackPointer(Path core) throws IOException {
        CodedInputStream thread = message(core);
        for (int tag = thread.readTag(); tag != 0; tag = thread.readTag()) {
            if (tag == tag(2, FieldType.MESSAGE)) {
                return field(thread.readByteBuffer(), 2, 20);
            }
            if (tag == tag(8, FieldType.MESSAGE)) {
                return field(thread.readByteBuffer(), 3, 2);
            }
            thread.skipField(tag);
        }
        throw new IOException(core.getFileName() + ": no registers of a processor that we know");
    }

    private static long field(ByteBuffer message, int inner, int wanted) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == tag(inner, FieldType.MESSAGE)) {
                Long found = numbers(in.readByteBuffer()).get(wanted);
                if (found != null) {
                    return found;
                }
                break;
            }
            in.skipField(tag);
        }
        throw new IOException("no stack pointer among a thread's registers");
    }

    /// The fields that are plain numbers.
    private static Map<Integer, Long> numbers(ByteBuffer message) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        var numbers = new TreeMap<Integer, Long>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = tag >>> 3;
            if (tag == tag(field, FieldType.UINT64)) {
                numbers.put(field, in.readUInt64());
            } else {
                in.skipField(tag);
            }
        }
        return numbers;
    }

    private static int tag(int field, FieldType type) {
        return field << 3 | type.getWireType();
    }

    private static CodedInputStream message(Path image) throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(image)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.limit() < IMAGE_HEADER || bytes.getInt(8) < 0 || bytes.getInt(8) > bytes.limit() - IMAGE_HEADER) {
            throw new IOException(image.getFileName() + ": not an image of CRIU's");
        }
        return CodedInputStream.newInstance(bytes.slice(IMAGE_HEADER, bytes.getInt(8)));
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
        return mapping != null && address < mapping.getValue() && !stackTops.contains(address);
    }

    /// The next address at which the answer may be another one.
    private long change(long address) {
        if (stackTops.contains(address)) {
            return address + PAGE;
        }
        long next = Long.MAX_VALUE;
        var mapping = mappings.floorEntry(address);
        if (mapping != null && address < mapping.getValue()) {
            next = mapping.getValue();
        } else if (mappings.higherKey(address) != null) {
            next = mappings.higherKey(address);
        }
        for (long top : stackTops) {
            if (top > address) {
                next = Math.min(next, top);
            }
        }
        return next;
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
