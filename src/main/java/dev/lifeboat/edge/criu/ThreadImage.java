package dev.lifeboat.edge.criu;

import dev.lifeboat.checkpoint.Extent;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// One thread as it was dumped: images/core.proto.
record ThreadImage(ImageMessage core) {
    // Of core_entry: `thread_info` (x86), `tc`, `ti_aarch64` and `thread_core`.
    private static final int X86 = 2;
    private static final int TASK = 3;
    private static final int AARCH64 = 8;
    private static final int THREAD = 5;

    /// `TASK_DEAD`, as `task_state` of task_core_entry.
    private static final long DEAD = 2;

    /// Of thread_core_entry.
    private static final int RSEQ = 15;

    /// Pages that the kernel itself reads or writes for a thread before it lets it go: the top of its
    /// stack (criu/mem.c, is_stack), and where it keeps telling it its processor, rseq(2), from when
    /// CRIU registers that on.
    ///
    /// Of all threads of the tree: that one page more of another task comes early costs nothing.
    /// Zombies have neither registers nor memory, so they are passed over.
    static NavigableSet<Long> kernelsPages(Path metadata) throws IOException {
        var pages = new TreeSet<Long>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(metadata, "core-*.img")) {
            for (Path file : threads) {
                var thread = new ThreadImage(ImageMessage.first(file));
                if (!thread.isDead()) {
                    pages.add(page(thread.stackPointer(file)));
                    thread.addRestartableSequence(pages);
                }
            }
        }
        return pages;
    }

    private boolean isDead() throws IOException {
        Optional<ImageMessage> task = core.one(TASK);
        return task.isPresent() && task.get().numbers().getOrDefault(1, 0L) == DEAD;
    }

    /// `gpregs` of the processor's message, their `sp`.
    private long stackPointer(Path file) throws IOException {
        Optional<Long> pointer =
                core.one(X86).isPresent() ? number(core.one(X86), 2, 20) : number(core.one(AARCH64), 3, 2);
        return pointer.orElseThrow(
                () -> new IOException(file.getFileName() + ": no stack pointer of a processor that we know"));
    }

    /// rseq.proto: the address and the size of what was registered. A thread that never did has none,
    /// or 0.
    private void addRestartableSequence(Set<Long> pages) throws IOException {
        Optional<ImageMessage> thread = core.one(THREAD);
        long start = number(thread, RSEQ, 1).orElse(0L);
        if (start != 0) {
            long size = Math.max(1, number(thread, RSEQ, 2).orElse(1L));
            pages.add(page(start));
            pages.add(page(start + size - 1));
        }
    }

    private static Optional<Long> number(Optional<ImageMessage> of, int message, int field) throws IOException {
        Optional<ImageMessage> inner =
                of.isEmpty() ? Optional.empty() : of.get().one(message);
        return inner.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(inner.get().numbers().get(field));
    }

    private static long page(long address) {
        return address / Extent.PAGE_SIZE * Extent.PAGE_SIZE;
    }
}
