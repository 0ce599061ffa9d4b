package dev.lifeboat.edge.criu;

import dev.lifeboat.checkpoint.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/// The bare pages of one object, its extents one behind the other. What is never put stays a hole, and reads as zeros.
final class PagesFile implements AutoCloseable {
    private static final ByteBuffer ZERO = ByteBuffer.allocate(1);

    private final FileChannel file;
    private final long[] starts;

    /// Where each extent begins in the file, and at the end where the last one ends.
    private final long[] offsets;

    /// @param extents by rising address, apart from each other
    PagesFile(Path path, List<Extent> extents) throws IOException {
        this.starts = new long[extents.size()];
        this.offsets = new long[extents.size() + 1];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = extents.get(i).startAddress();
            offsets[i + 1] = offsets[i] + extents.get(i).length();
        }
        this.file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        long length = offsets[starts.length];
        if (length > 0) {
            // A file that is as long as it will be, without a page of it in memory but the last.
            file.write(ZERO.duplicate(), length - 1);
        }
    }

    /// From any thread.
    void put(long address, ByteBuffer pages) throws IOException {
        long at = address;
        int extent = extentAt(at);
        while (pages.hasRemaining()) {
            if (extent < 0 || extent == starts.length || at < starts[extent] || at >= endOf(extent)) {
                throw new IOException("no extent holds a page at " + Long.toHexString(at));
            }
            int length = (int) Math.min(pages.remaining(), endOf(extent) - at);
            write(pages.slice(pages.position(), length), offsets[extent] + at - starts[extent]);
            pages.position(pages.position() + length);
            at += length;
            extent++;
        }
    }

    private void write(ByteBuffer pages, long offset) throws IOException {
        long at = offset;
        while (pages.hasRemaining()) {
            at += file.write(pages, at);
        }
    }

    private long endOf(int extent) {
        return starts[extent] + offsets[extent + 1] - offsets[extent];
    }

    /// The last extent that begins at or before the address.
    private int extentAt(long address) {
        int found = Arrays.binarySearch(starts, address);
        return found >= 0 ? found : -found - 2;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
