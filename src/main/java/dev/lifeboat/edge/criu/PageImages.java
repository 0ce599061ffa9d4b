package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.PageFlow;
import dev.lifeboat.agent.PageMemory;
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
    private static final int AT_ONCE = 1 << 20;

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

    /// What comes once the tree runs.
    ///
    /// @param bytes left out
    record Late(long bytes, PageFlow pages) {}

    /// Leaves out what may come later, and returns once the rest is there, verified. All pages are on their way from
    /// then on.
    Late writeEarly(PageSource source, PageMemory.Machine machine) throws IOException, InterruptedException {
        if (!lent()) {
            copyMetadata();
        }
        var pagemaps = new ArrayList<Pagemap>();
        for (MemoryObject owner : source.objects()) {
            pagemaps.add(split(owner, source.extents(owner), pagemaps.size() + 1));
        }
        PageFlow flow = source.flow(
                machine,
                pagemaps.stream().flatMap(each -> each.extents().stream()).toList());
        try {
            for (Pagemap pagemap : pagemaps) {
                Files.write(place(pagemap.name()), pagemap.content(version), StandardOpenOption.CREATE_NEW);
                copy(flow, pagemap);
            }
        } catch (IOException | InterruptedException | RuntimeException broken) {
            flow.close();
            throw broken;
        }
        return new Late(
                pagemaps.stream()
                        .flatMap(each -> each.lazy().stream())
                        .mapToLong(Extent::length)
                        .sum(),
                flow);
    }

    private Pagemap split(MemoryObject owner, List<Extent> extents, int pagesId) throws IOException {
        return switch (owner.kind()) {
            case TASK -> {
                var split = LazyMemory.of(metadata, owner).split(extents);
                yield new Pagemap(owner, pagesId, split.early(), split.late());
            }
            case SHARED -> new Pagemap(owner, pagesId, extents);
        };
    }

    private void copy(PageFlow flow, Pagemap pagemap) throws IOException, InterruptedException {
        ByteBuffer pages = ByteBuffer.allocateDirect(AT_ONCE);
        try (var file = new PagesFile(place(pagemap.pagesName()), pagemap.extents())) {
            for (Extent extent : pagemap.extents()) {
                long end = extent.startAddress() + extent.length();
                for (long address = extent.startAddress(); address < end; ) {
                    long length = Math.min(end - address, AT_ONCE);
                    var piece = new Extent(extent.owner(), address, length / Extent.PAGE_SIZE);
                    long taken = flow.take(piece, pages.clear()) * Extent.PAGE_SIZE;
                    file.put(address, pages.flip());
                    address += taken;
                }
            }
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
