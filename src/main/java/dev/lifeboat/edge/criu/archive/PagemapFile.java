package dev.lifeboat.edge.criu.archive;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One of CRIU's `pagemap` files: which pages of one object lie in which `pages` file, one behind the other. Two magic
/// words, then length-prefixed messages of images/pagemap.proto (CRIU 4).
///
/// @param pagesId number of the `pages` file
/// @param extents none longer than a sink takes at once
record PagemapFile(MemoryObject owner, long pagesId, List<Extent> extents) {
    private static final Pattern TASK = Pattern.compile("pagemap-([0-9]{1,18})\\.img");
    private static final Pattern SHARED = Pattern.compile("pagemap-shmem-([0-9]{1,18})\\.img");
    private static final int MAGIC_BYTES = 8;

    /// A head or an entry takes some ten bytes.
    private static final int LONGEST_MESSAGE = 1 << 16;

    private static final int LONGEST_PAGES = PageSink.LONGEST_EXTENT / Extent.PAGE_SIZE;

    /// criu/include/pagemap.h: PE_PARENT and PE_PRESENT.
    private static final int IN_PARENT = 1;

    private static final int PRESENT = 4;

    PagemapFile {
        extents = List.copyOf(extents);
    }

    /// Whose pages the file of this name maps; empty for every other file.
    static Optional<MemoryObject> owner(String name) {
        Matcher task = TASK.matcher(name);
        if (task.matches()) {
            return Optional.of(new MemoryObject(MemoryObject.Kind.TASK, Long.parseLong(task.group(1))));
        }
        Matcher shared = SHARED.matcher(name);
        return shared.matches()
                ? Optional.of(new MemoryObject(MemoryObject.Kind.SHARED, Long.parseLong(shared.group(1))))
                : Optional.empty();
    }

    static PagemapFile read(MemoryObject owner, InputStream file) throws IOException {
        if (file.readNBytes(MAGIC_BYTES).length != MAGIC_BYTES) {
            throw new IOException("the pagemap of " + owner + " ends early");
        }
        var head = next(file).orElseThrow(() -> new IOException("the pagemap of " + owner + " has no head"));
        long pagesId = 0;
        for (int tag = head.readTag(); tag != 0; tag = head.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 1) {
                pagesId = Integer.toUnsignedLong(head.readUInt32());
            } else {
                head.skipField(tag);
            }
        }
        var extents = new ArrayList<Extent>();
        for (var entry = next(file); entry.isPresent(); entry = next(file)) {
            add(owner, entry.get(), extents);
        }
        return new PagemapFile(owner, pagesId, extents);
    }

    private static void add(MemoryObject owner, CodedInputStream entry, List<Extent> extents) throws IOException {
        long address = 0;
        long pages = 0;
        long wide = 0;
        boolean inParent = false;
        int flags = PRESENT;
        for (int tag = entry.readTag(); tag != 0; tag = entry.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> address = entry.readUInt64();
                case 2 -> pages = Integer.toUnsignedLong(entry.readUInt32());
                case 3 -> inParent = entry.readBool();
                case 4 -> flags = entry.readUInt32();
                case 5 -> wide = entry.readUInt64();
                default -> entry.skipField(tag);
            }
        }
        if (inParent || (flags & IN_PARENT) != 0) {
            throw new IOException("the pages of " + owner + " lie in part in an earlier checkpoint");
        }
        if ((flags & PRESENT) != 0) {
            cut(new Extent(owner, address, Math.max(pages, wide)), extents);
        }
    }

    private static void cut(Extent whole, List<Extent> extents) {
        for (long at = 0; at < whole.pages(); at += LONGEST_PAGES) {
            long pages = Math.min(LONGEST_PAGES, whole.pages() - at);
            extents.add(new Extent(whole.owner(), whole.startAddress() + at * Extent.PAGE_SIZE, pages));
        }
    }

    private static Optional<CodedInputStream> next(InputStream file) throws IOException {
        byte[] length = file.readNBytes(Integer.BYTES);
        if (length.length == 0) {
            return Optional.empty();
        }
        int bytes = length.length < Integer.BYTES
                ? -1
                : Integer.reverseBytes(java.nio.ByteBuffer.wrap(length).getInt());
        if (bytes < 0 || bytes > LONGEST_MESSAGE) {
            throw new IOException("a pagemap with a message of " + bytes + " bytes");
        }
        byte[] message = file.readNBytes(bytes);
        if (message.length != bytes) {
            throw new IOException("a pagemap ends early");
        }
        return Optional.of(CodedInputStream.newInstance(message));
    }

    long bytes() {
        return extents.stream().mapToLong(Extent::length).sum();
    }
}
