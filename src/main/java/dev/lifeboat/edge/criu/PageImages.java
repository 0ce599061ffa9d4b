package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.PageSource;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes memory the way CRIU restores it from: per object a [Pagemap] and the bare pages that it points into.
final class PageImages implements AutoCloseable {
    /// 1 MiB at a time.
    private static final long MOST_PAGES = 256;

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
                var pagemap = new Pagemap(owner, pagesId, source.extents(owner));
                Files.write(place(pagemap.name()), pagemap.content(version), StandardOpenOption.CREATE_NEW);
                open.put(owner, new PagesFile(place(pagemap.pagesName()), pagemap.extents()));
                pagesId++;
            }
            source.pour((owner, address, pages) -> open.of(owner).put(address, pages));
        }
    }

    /// Leaves out what may come later, and returns once the rest is there, verified.
    ///
    /// @return bytes left out
    long writeEarly(PageSource source) throws IOException, InterruptedException {
        if (!lent()) {
            copyMetadata();
        }
        long late = 0;
        int pagesId = 1;
        for (MemoryObject owner : source.objects()) {
            var split = owner.kind() == MemoryObject.Kind.TASK
                    ? LazyMemory.of(metadata, owner).split(source.extents(owner))
                    : new LazyMemory.Split(source.extents(owner), List.of());
            var pagemap = new Pagemap(owner, pagesId, split.early(), split.late());
            Files.write(place(pagemap.name()), pagemap.content(version), StandardOpenOption.CREATE_NEW);
            try (var file = new PagesFile(place(pagemap.pagesName()), pagemap.extents())) {
                for (Extent extent : pagemap.extents()) {
                    copy(source, extent, file);
                }
            }
            late += split.late().stream().mapToLong(Extent::length).sum();
            pagesId++;
        }
        return late;
    }

    private static void copy(PageSource source, Extent whole, PagesFile file) throws IOException, InterruptedException {
        for (long done = 0; done < whole.pages(); done += MOST_PAGES) {
            var piece = new Extent(
                    whole.owner(),
                    whole.startAddress() + done * Extent.PAGE_SIZE,
                    Math.min(MOST_PAGES, whole.pages() - done));
            ByteBuffer pages = ByteBuffer.allocate(Math.toIntExact(piece.length()));
            source.read(piece, pages);
            file.put(piece.startAddress(), pages.flip());
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

    private Path place(String name) {
        Path file = folder.resolve(name);
        written.add(file);
        return file;
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
}
