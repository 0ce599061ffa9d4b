package dev.lifeboat.edge.criu;

import com.google.protobuf.CodedOutputStream;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Writes memory the way CRIU restores it from: per object a `pagemap` (magic words, then length-prefixed protobuf
/// messages of images/pagemap.proto) and the bare `pages` that it points into.
final class PageImages {
    /// criu/include/magic.h: IMG_COMMON_MAGIC and PAGEMAP_MAGIC.
    private static final int COMMON_MAGIC = 0x54564319;

    private static final int PAGEMAP_MAGIC = 0x56084025;
    private static final int PRESENT = 4;

    /// Extents come from a manifest: one that is larger than this is not ours.
    private static final long LONGEST_EXTENT = 1L << 30;

    private final Path folder;
    private final CriuVersion version;
    private final List<Path> written = new ArrayList<>();
    private ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);

    PageImages(Path folder, CriuVersion version) {
        this.folder = folder;
        this.version = version;
    }

    void write(PageSource source) throws IOException, InterruptedException {
        int pagesId = 1;
        for (MemoryObject owner : source.objects()) {
            List<Extent> extents = source.extents(owner);
            writePagemap(owner, pagesId, extents);
            writePages(source, pagesId, extents);
            pagesId++;
        }
    }

    /// Frees the memory that they take on tmpfs.
    void delete() throws IOException {
        for (Path file : written) {
            Files.deleteIfExists(file);
        }
    }

    private void writePagemap(MemoryObject owner, int pagesId, List<Extent> extents) throws IOException {
        String name = switch (owner.kind()) {
            case TASK -> "pagemap-" + owner.id() + ".img";
            case SHARED -> "pagemap-shmem-" + owner.id() + ".img";
        };
        try (var out = new DataOutputStream(new BufferedOutputStream(create(name)))) {
            out.writeInt(Integer.reverseBytes(COMMON_MAGIC));
            out.writeInt(Integer.reverseBytes(PAGEMAP_MAGIC));
            writeEntry(out, head -> head.writeUInt32(1, pagesId));
            for (Extent extent : extents) {
                writeEntry(out, entry -> writeExtent(entry, extent));
            }
        }
    }

    private void writeExtent(CodedOutputStream entry, Extent extent) throws IOException {
        entry.writeUInt64(1, extent.startAddress());
        entry.writeUInt32(2, Math.toIntExact(extent.pages()));
        entry.writeUInt32(4, PRESENT);
        if (version.hasWideCounts()) {
            entry.writeUInt64(5, extent.pages());
        }
    }

    private static void writeEntry(DataOutputStream out, Request.Content content) throws IOException {
        byte[] message = Request.message(content);
        out.writeInt(Integer.reverseBytes(message.length));
        out.write(message);
    }

    private void writePages(PageSource source, int pagesId, List<Extent> extents)
            throws IOException, InterruptedException {
        Path file = folder.resolve("pages-" + pagesId + ".img");
        written.add(file);
        try (var pages = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (Extent extent : extents) {
                ByteBuffer room = roomFor(extent);
                source.read(extent, room);
                room.rewind();
                while (room.hasRemaining()) {
                    pages.write(room);
                }
            }
        }
    }

    private ByteBuffer roomFor(Extent extent) throws IOException {
        if (extent.length() > LONGEST_EXTENT) {
            throw new IOException("an extent of " + extent.length() + " bytes is longer than " + LONGEST_EXTENT);
        }
        if (extent.length() > buffer.capacity()) {
            buffer = ByteBuffer.allocateDirect((int) extent.length());
        }
        return buffer.slice(0, (int) extent.length());
    }

    private OutputStream create(String name) throws IOException {
        Path file = folder.resolve(name);
        written.add(file);
        return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
    }
}
