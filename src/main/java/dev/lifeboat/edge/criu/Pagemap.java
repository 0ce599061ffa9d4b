package dev.lifeboat.edge.criu;

import com.google.protobuf.CodedOutputStream;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Says which pages of one object lie in its `pages` file, as CRIU reads it: magic words, then length-prefixed protobuf
/// messages of images/pagemap.proto.
///
/// @param pagesId number of the `pages` file
record Pagemap(MemoryObject owner, int pagesId, List<Extent> extents) {
    /// criu/include/magic.h: IMG_COMMON_MAGIC and PAGEMAP_MAGIC.
    private static final int COMMON_MAGIC = 0x54564319;

    private static final int PAGEMAP_MAGIC = 0x56084025;
    private static final int PRESENT = 4;

    Pagemap {
        extents = List.copyOf(extents);
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
            for (Extent extent : extents) {
                writeEntry(out, entry -> writeExtent(entry, extent, version));
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void writeExtent(CodedOutputStream entry, Extent extent, CriuVersion version) throws IOException {
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
}
