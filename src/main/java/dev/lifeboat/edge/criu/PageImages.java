package dev.lifeboat.edge.criu;

import com.google.protobuf.CodedOutputStream;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes memory the way CRIU restores it from: per object a `pagemap` (magic words, then length-prefixed protobuf
/// messages of images/pagemap.proto) and the bare `pages` that it points into.
final class PageImages implements AutoCloseable {
    /// criu/include/magic.h: IMG_COMMON_MAGIC and PAGEMAP_MAGIC.
    private static final int COMMON_MAGIC = 0x54564319;

    private static final int PAGEMAP_MAGIC = 0x56084025;
    private static final int PRESENT = 4;

    private final Path folder;
    private final Path metadata;
    private final CriuVersion version;
    private final List<Path> written = new ArrayList<>();

    /// @param metadata what else CRIU restores from; copied, unless it is the same folder
    PageImages(Path folder, Path metadata, CriuVersion version) {
        this.folder = folder;
        this.metadata = metadata;
        this.version = version;
    }

    /// Returns once every page of the source is there, verified: CRIU has seen none of them yet.
    void write(PageSource source) throws IOException, InterruptedException {
        if (!lent()) {
            copyMetadata();
        }
        try (var open = new Open()) {
            int pagesId = 1;
            for (MemoryObject owner : source.objects()) {
                List<Extent> extents = source.extents(owner);
                writePagemap(owner, pagesId, extents);
                Path file = folder.resolve("pages-" + pagesId + ".img");
                written.add(file);
                open.put(owner, new PagesFile(file, extents));
                pagesId++;
            }
            source.pour((owner, address, pages) -> open.of(owner).put(address, pages));
        }
    }

    /// The files that pages go to, by owner.
    private static final class Open implements AutoCloseable {
        private final Map<MemoryObject, PagesFile> files = new HashMap<>();

        void put(MemoryObject owner, PagesFile file) {
            files.put(owner, file);
        }

        PagesFile of(MemoryObject owner) throws IOException {
            var file = files.get(owner);
            if (file == null) {
                throw new IOException("pages of nobody: " + owner);
            }
            return file;
        }

        @Override
        public void close() throws IOException {
            for (PagesFile file : files.values()) {
                file.close();
            }
        }
    }

    private boolean lent() {
        return folder.equals(metadata);
    }

    private void copyMetadata() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(metadata, Files::isRegularFile)) {
            for (Path file : files) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    /// Frees the memory that the pages take in a folder of somebody else's; our own goes as a whole.
    @Override
    public void close() throws IOException {
        if (lent()) {
            for (Path file : written) {
                Files.deleteIfExists(file);
            }
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

    private OutputStream create(String name) throws IOException {
        Path file = folder.resolve(name);
        written.add(file);
        return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
    }
}
