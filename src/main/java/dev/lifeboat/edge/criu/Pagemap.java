package dev.lifeboat.edge.criu;

import com.google.protobuf.CodedOutputStream;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Says which pages of one object lie in its `pages` file, as CRIU reads it: magic words, then length-prefixed protobuf
/// messages of images/pagemap.proto.
///
/// @param pagesId number of the `pages` file
/// @param extents that lie there
/// @param lazy those that come on demand, once the tree runs; none of them lies in the file
record Pagemap(MemoryObject owner, int pagesId, List<Extent> extents, List<Extent> lazy) {
    /// criu/include/magic.h: IMG_COMMON_MAGIC and PAGEMAP_MAGIC.
    private static final int COMMON_MAGIC = 0x54564319;

    private static final int PAGEMAP_MAGIC = 0x56084025;
    /// PE_LAZY and PE_PRESENT of criu/include/pagemap.h.
    private static final int LAZY = 2;

    private static final int PRESENT = 4;

    Pagemap {
        extents = List.copyOf(extents);
        lazy = List.copyOf(lazy);
    }

    /// All of it lies in the file.
    Pagemap(MemoryObject owner, int pagesId, List<Extent> extents) {
        this(owner, pagesId, extents, List.of());
    }

    private record Entry(Extent extent, int flags) {}

    /// CRIU wants them by rising address, whichever kind they are.
    private List<Entry> entries() {
        return Stream.concat(
                        extents.stream().map(extent -> new Entry(extent, PRESENT)),
                        lazy.stream().map(extent -> new Entry(extent, LAZY)))
                .sorted(Comparator.comparingLong(entry -> entry.extent.startAddress()))
                .toList();
    }

    String name() {
        return switch (owner.kind()) {
            case TASK -> "pagemap-" + owner.id() + ".img";
            case SHARED -> "pagemap-shmem-" + owner.id() + ".img";
        };
    }

    String pagesName() {
        return "pages-" + pagesId + ".img";
    }

    long pagesSize() {
        return extents.stream().mapToLong(Extent::length).sum();
    }

    byte[] content(CriuVersion version) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(Integer.reverseBytes(COMMON_MAGIC));
            out.writeInt(Integer.reverseBytes(PAGEMAP_MAGIC));
            writeEntry(out, head -> head.writeUInt32(1, pagesId));
            for (Entry each : entries()) {
                writeEntry(out, message -> writeExtent(message, each, version));
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void writeExtent(CodedOutputStream message, Entry entry, CriuVersion version) throws IOException {
        message.writeUInt64(1, entry.extent.startAddress());
        message.writeUInt32(2, Math.toIntExact(entry.extent.pages()));
        message.writeUInt32(4, entry.flags);
        if (version.hasWideCounts()) {
            message.writeUInt64(5, entry.extent.pages());
        }
    }

    private static void writeEntry(DataOutputStream out, Request.Content content) throws IOException {
        byte[] message = Request.message(content);
        out.writeInt(Integer.reverseBytes(message.length));
        out.write(message);
    }
}
