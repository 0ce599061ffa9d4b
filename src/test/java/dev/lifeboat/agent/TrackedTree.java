package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.quantity.ByteCount;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// One process that writes at random, a kernel that remembers which pages it wrote, and a dumper that does
/// with them what CRIU does: it asks for a parent while the tree stands still, forgets the dirty bits, lets
/// the tree run on, and reads each page when it gets to it, so that a page may be newer than the freeze. It
/// fails at any moment.
final class TrackedTree implements Checkpointer, PreDumper {
    static final int PAGES = 24;
    private static final long START = 0x10_0000;

    private final RandomGenerator chance;
    private final double failures;
    private final int[] content = new int[PAGES];
    private final boolean[] dirty = new boolean[PAGES];
    private int written;
    private long pid = 100;
    long inherited;

    /// @param failures chance that a dump fails
    TrackedTree(RandomGenerator chance, double failures) {
        this.chance = chance;
        this.failures = failures;
        begin();
    }

    long pid() {
        return pid;
    }

    /// Another life of the workload, in a process that has never been looked at.
    void begin() {
        pid++;
        for (int page = 0; page < PAGES; page++) {
            dirty[page] = true;
        }
    }

    void write() {
        for (int writes = chance.nextInt(6); writes > 0; writes--) {
            int page = chance.nextInt(PAGES);
            // A page that turns to zeros is a page, too.
            content[page] = chance.nextInt(8) == 0 ? 0 : ++written;
            dirty[page] = true;
        }
    }

    int page(int number) {
        return content[number];
    }

    Extent extent(int first, int pages) {
        return new Extent(owner(), START + (long) first * Extent.PAGE_SIZE, pages);
    }

    private MemoryObject owner() {
        return new MemoryObject(MemoryObject.Kind.TASK, pid);
    }

    @Override
    public Outcome preDump(Source source, PageSink pages) throws InterruptedException {
        if (fails()) {
            return failed();
        }
        boolean[] carried = carried(pages.hasParent(owner()) && source.parent() != null);
        // CRIU goes through the tasks one after the other: it may have forgotten the bits of some when it fails.
        if (fails()) {
            return failed();
        }
        for (int page = 0; page < PAGES; page++) {
            write();
            if (fails() && page % 8 == 7) {
                return failed();
            }
            try {
                hand(pages, page, carried[page]);
            } catch (RuntimeException refused) {
                return new Outcome.Failed("sink-failed", refused.toString());
            }
        }
        return new Outcome.Done(Duration.ZERO, ByteCount.ZERO, ByteCount.ZERO);
    }

    private static Outcome failed() {
        return new Outcome.Failed("criu-refused", "by chance");
    }

    @Override
    public DumpOutcome dump(Source source, PageSink pages, OnCaptured verdict) throws InterruptedException {
        Path parent = source.parent();
        boolean tracks = parent != null;
        if (parent != null && !Files.isDirectory(parent)) {
            return new DumpOutcome.Failed("criu-refused", "no parent folder", true);
        }
        verdict.frozen();
        boolean[] carried = tracks ? carried(pages.hasParent(owner())) : all();
        try {
            for (int page = 0; page < PAGES; page++) {
                hand(pages, page, carried[page]);
            }
        } catch (RuntimeException refused) {
            return new DumpOutcome.Failed("sink-failed", refused.toString(), true);
        }
        if (fails()) {
            return new DumpOutcome.Failed("criu-refused", "by chance", true);
        }
        return verdict.captured() == Verdict.KILL
                ? new DumpOutcome.Killed(Duration.ZERO, ByteCount.ZERO)
                : new DumpOutcome.Thawed(Duration.ZERO);
    }

    private boolean fails() {
        return chance.nextDouble() < failures;
    }

    /// Which pages have to come; the kernel forgets the bits.
    private boolean[] carried(boolean builds) {
        boolean[] carried = builds ? dirty.clone() : all();
        Arrays.fill(dirty, false);
        return carried;
    }

    private static boolean[] all() {
        boolean[] all = new boolean[PAGES];
        Arrays.fill(all, true);
        return all;
    }

    private void hand(PageSink pages, int page, boolean comes) throws InterruptedException {
        Extent extent = extent(page, 1);
        if (!comes) {
            inherited++;
            pages.inherit(extent);
            return;
        }
        ByteBuffer room = pages.reserve(extent);
        for (int at = 0; at < Extent.PAGE_SIZE; at += Integer.BYTES) {
            room.putInt(content[page]);
        }
        pages.commit(extent);
    }

    @Override
    public RestoreOutcome restore(Path metadata, PageSource pages, OnRestored gate) {
        return new RestoreOutcome.Failed("nothing", "is restored here");
    }
}
