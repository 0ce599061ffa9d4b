package dev.lifeboat.edge.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lifeboat.agent.LiveMemory;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads other processes' memory with process_vm_readv(2), where /proc/PID/maps and /proc/PID/pagemap
/// say that there is some; see proc_pid_maps(5) and proc_pid_pagemap(5). Writes it, too, where a tree
/// is rebuilt. Needs CAP_SYS_PTRACE, as a dump does.
public final class ProcessMemory implements LiveMemory {
    private static final int PAGE = Extent.PAGE_SIZE;

    /// ssize_t process_vm_readv(pid_t, const struct iovec *local, unsigned long, const struct iovec *remote,
    /// unsigned long, unsigned long flags).
    private static final MethodHandle READV = Libc.withErrno(
            "process_vm_readv",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG));

    /// ssize_t process_vm_writev, which takes the same.
    private static final MethodHandle WRITEV = Libc.withErrno(
            "process_vm_writev",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG));

    /// struct iovec: an address and a length.
    private static final long IOVEC_BYTES = 2L * Long.BYTES;

    private static final long PRESENT = 1L << 63;

    /// The page is a file's or shared; of private mappings a dump leaves those to the file.
    private static final long FILE_OR_SHARED = 1L << 61;

    @Override
    public View view(long rootPid) {
        return new Look(rootPid);
    }

    /// process_vm_writev(2): puts bytes where the process may write itself.
    ///
    /// @param bytes behind the last one afterwards
    /// @throws SystemCallFailed when not all of them could be put
    public static void write(long pid, long address, ByteBuffer bytes) throws SystemCallFailed {
        ByteBuffer direct = bytes.isDirect()
                ? bytes.slice()
                : ByteBuffer.allocateDirect(bytes.remaining())
                        .put(bytes.duplicate())
                        .flip();
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            var iovecs = arena.allocate(2 * IOVEC_BYTES, Long.BYTES);
            long at = address;
            while (direct.hasRemaining()) {
                at += writeSome(errno, iovecs, pid, at, direct);
            }
        }
        bytes.position(bytes.limit());
    }

    private static int writeSome(MemorySegment errno, MemorySegment iovecs, long pid, long address, ByteBuffer bytes)
            throws SystemCallFailed {
        MemorySegment local = iovecs.asSlice(0, IOVEC_BYTES);
        local.set(ADDRESS, 0, MemorySegment.ofBuffer(bytes));
        local.set(JAVA_LONG, Long.BYTES, bytes.remaining());
        MemorySegment remote = iovecs.asSlice(IOVEC_BYTES);
        remote.set(JAVA_LONG, 0, address);
        remote.set(JAVA_LONG, Long.BYTES, bytes.remaining());
        long written;
        try {
            written = (long) WRITEV.invokeExact(errno, (int) pid, local, 1L, remote, 1L, 0L);
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
        if (written <= 0) {
            throw new SystemCallFailed(
                    "process_vm_writev", pid + " at " + Long.toHexString(address), Libc.errno(errno));
        }
        bytes.position(bytes.position() + (int) written);
        return (int) written;
    }

    /// @param unwanted flags of pages that a dump does not carry
    private record Mapping(long start, long end, long unwanted) {}

    private static final class Look implements View {
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment errno = arena.allocate(Libc.ERRNO);
        private final MemorySegment local = arena.allocate(IOVEC_BYTES, Long.BYTES);
        private final MemorySegment remote = arena.allocate(IOVEC_BYTES, Long.BYTES);
        private final ByteBuffer entries =
                ByteBuffer.allocateDirect(LONGEST_WINDOW / PAGE * Long.BYTES).order(ByteOrder.nativeOrder());
        private final Map<Long, FileChannel> pagemaps = new HashMap<>();
        private final List<Extent> windows = new ArrayList<>();

        /// Which of a window's page flags tell a page that is not wanted.
        private final Map<Extent, Long> unwanted = new HashMap<>();

        Look(long rootPid) {
            ProcessHandle.of(rootPid).stream()
                    .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
                    .forEach(process -> open(process.pid()));
        }

        private void open(long pid) {
            Path proc = Path.of("/proc", Long.toString(pid));
            try {
                List<String> lines = Files.readAllLines(proc.resolve("maps"));
                pagemaps.put(pid, FileChannel.open(proc.resolve("pagemap")));
                var owner = new MemoryObject(MemoryObject.Kind.TASK, pid);
                lines.forEach(line -> mapping(line).ifPresent(mapping -> cut(owner, mapping)));
            } catch (IOException | UncheckedIOException gone) {
                // It has ended since, and has nothing to read.
            }
        }

        private void cut(MemoryObject owner, Mapping mapping) {
            for (long start = mapping.start; start < mapping.end; start += LONGEST_WINDOW) {
                var window = new Extent(owner, start, Math.min(LONGEST_WINDOW, mapping.end - start) / PAGE);
                windows.add(window);
                unwanted.put(window, mapping.unwanted);
            }
        }

        @Override
        public List<Extent> windows() {
            return List.copyOf(windows);
        }

        @Override
        public List<Extent> present(Extent window) {
            FileChannel pagemap = pagemaps.get(window.owner().id());
            if (pagemap == null) {
                return List.of();
            }
            entries.clear().limit((int) window.pages() * Long.BYTES);
            try {
                pagemap.read(entries, window.startAddress() / PAGE * Long.BYTES);
            } catch (IOException gone) {
                return List.of();
            }
            return runs(window, unwanted.getOrDefault(window, 0L));
        }

        private List<Extent> runs(Extent window, long flags) {
            var runs = new ArrayList<Extent>();
            int pages = entries.flip().remaining() / Long.BYTES;
            for (int page = 0; page < pages; ) {
                int first = page;
                while (page < pages && page - first < PageSink.LONGEST_EXTENT / PAGE && isWanted(page, flags)) {
                    page++;
                }
                if (page > first) {
                    long address = window.startAddress() + (long) first * PAGE;
                    runs.add(new Extent(window.owner(), address, page - first));
                } else {
                    page++;
                }
            }
            return runs;
        }

        private boolean isWanted(int page, long flags) {
            long entry = entries.getLong(page * Long.BYTES);
            return (entry & PRESENT) != 0 && (entry & flags) == 0;
        }

        @Override
        public long read(Extent extent, ByteBuffer target) {
            if (target.isDirect()) {
                return readInto(MemorySegment.ofBuffer(target), extent);
            }
            var still = ByteBuffer.allocateDirect((int) extent.length());
            long pages = readInto(MemorySegment.ofBuffer(still), extent);
            target.put(target.position(), still, 0, (int) (pages * PAGE));
            return pages;
        }

        private long readInto(MemorySegment target, Extent extent) {
            local.set(ADDRESS, 0, target);
            local.set(JAVA_LONG, Long.BYTES, extent.length());
            remote.set(JAVA_LONG, 0, extent.startAddress());
            remote.set(JAVA_LONG, Long.BYTES, extent.length());
            try {
                long read = (long) READV.invokeExact(errno, (int) extent.owner().id(), local, 1L, remote, 1L, 0L);
                // Unmapped meanwhile, or the process is gone: what could be read counts.
                return Math.max(read, 0) / PAGE;
            } catch (Throwable thrown) {
                throw Libc.unexpected(thrown);
            }
        }

        @Override
        public void close() {
            arena.close();
            for (FileChannel pagemap : pagemaps.values()) {
                try {
                    pagemap.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /// A line such as `7f0c4a000000-7f0c4a021000 rw-p 00000000 00:00 0    [heap]`, if a dump carries such
    /// memory: private and readable, or shared without a file that outlives the processes.
    private static Optional<Mapping> mapping(String line) {
        String[] fields = line.split("\\s+", 6);
        String name = fields.length > 5 ? fields[5] : "";
        boolean readable = fields[1].startsWith("r");
        boolean isPrivate = fields[1].endsWith("p");
        if (!readable || isKernels(name) || (isPrivate ? isDevice(name) : !isMemoryOnly(name))) {
            return Optional.empty();
        }
        String[] range = fields[0].split("-", 2);
        return Optional.of(new Mapping(
                Long.parseUnsignedLong(range[0], 16),
                Long.parseUnsignedLong(range[1], 16),
                isPrivate ? FILE_OR_SHARED : 0));
    }

    private static boolean isKernels(String name) {
        return name.startsWith("[v");
    }

    private static boolean isDevice(String name) {
        return name.startsWith("/dev/") && !name.startsWith("/dev/zero") && !name.startsWith("/dev/shm/");
    }

    /// Anonymous shared memory, System V segments, memfd_create(2).
    private static boolean isMemoryOnly(String name) {
        return name.startsWith("/dev/zero (deleted)") || name.startsWith("/SYSV") || name.startsWith("/memfd:");
    }
}
