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
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Writes memory the way CRIU restores it from: per object a [Pagemap] and the bare pages that it points into.
final class PageImages implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PageImages.class);

    private static final int AT_ONCE = 1 << 20;

    private final Path folder;
    private final Path metadata;
    private final CriuVersion version;
    private final List<Path> written = new ArrayList<>();
    private final List<Pagemap> pagemaps = new ArrayList<>();

    /// @param metadata what else CRIU restores from; copied, unless it is the same folder
    PageImages(Path folder, Path metadata, CriuVersion version) {
        this.folder = folder;
        this.metadata = metadata;
        this.version = version;
    }

    /// Returns once everything is there, verified.
    void write(PageSource source) throws IOException, InterruptedException {
        prepare(source, (owner, pagesId) -> new Pagemap(owner, pagesId, source.extents(owner)));
        pour(source);
    }

    /// Everything but the pages: CRIU may begin with it, and must see no page before [#pour] has returned.
    ///
    /// @return what is not for CRIU, and for whoever comes once it has rebuilt the tree
    List<Extent> prepareRebuilding(PageSource source) throws IOException {
        List<MemoryObject> tasks = tasks(source);
        Map<MemoryObject, LazyMemory> memories =
                haveOtherNumbers(tasks) ? Map.of() : LazyMemory.writable(metadata, tasks);
        var late = new ArrayList<Extent>();
        prepare(source, (owner, pagesId) -> {
            var split = split(source.extents(owner), memories.get(owner));
            late.addAll(split.late());
            return new Pagemap(owner, pagesId, split.early());
        });
        return List.copyOf(late);
    }

    private static LazyMemory.Split split(List<Extent> extents, @Nullable LazyMemory memory) {
        return memory == null ? new LazyMemory.Split(extents, List.of()) : memory.split(extents);
    }

    /// In a process number's namespace of their own the first one has 1, and their numbers say
    /// nothing here.
    private static boolean haveOtherNumbers(List<MemoryObject> tasks) {
        return tasks.stream().anyMatch(task -> task.id() == 1);
    }

    private static List<MemoryObject> tasks(PageSource source) {
        return source.objects().stream()
                .filter(owner -> owner.kind() == MemoryObject.Kind.TASK)
                .toList();
    }

    @FunctionalInterface
    private interface Mapping {
        Pagemap of(MemoryObject owner, int pagesId) throws IOException;
    }

    private void prepare(PageSource source, Mapping mapping) throws IOException {
        if (!lent()) {
            copyMetadata();
        }
        for (MemoryObject owner : source.objects()) {
            var pagemap = mapping.of(owner, pagemaps.size() + 1);
            pagemaps.add(pagemap);
            Files.write(place(pagemap.name()), pagemap.content(version), StandardOpenOption.CREATE_NEW);
        }
    }

    /// Returns once every page that CRIU is to find is there, verified.
    void pour(PageSource source) throws IOException, InterruptedException {
        try (var open = new Open()) {
            for (Pagemap pagemap : pagemaps) {
                open.put(pagemap.owner(), new PagesFile(place(pagemap.pagesName()), pagemap.extents()));
            }
            source.pour(early(), (owner, address, pages) -> open.of(owner).put(address, pages));
        }
    }

    private List<Extent> early() {
        return pagemaps.stream().flatMap(each -> each.extents().stream()).toList();
    }

    /// What comes once the tree runs.
    ///
    /// @param bytes left out
    record Late(long bytes, PageFlow pages) {}

    /// Everything but the pages, with those left out that may come later; the others are on their way when
    /// it returns. CRIU may begin, and must see no page before [#writeEarly] has returned.
    Late prepareEarly(PageSource source, PageMemory.Machine machine) throws IOException, InterruptedException {
        Map<MemoryObject, LazyMemory> memories = LazyMemory.of(metadata, tasks(source));
        prepare(source, (owner, pagesId) -> {
            var split = split(source.extents(owner), memories.get(owner));
            return new Pagemap(owner, pagesId, split.early(), split.late());
        });
        long late = pagemaps.stream()
                .flatMap(each -> each.lazy().stream())
                .mapToLong(Extent::length)
                .sum();
        return new Late(late, source.flow(machine, early()));
    }

    /// Returns once the pages that cannot wait are there, verified.
    void writeEarly(PageFlow flow) throws IOException, InterruptedException {
        for (Pagemap pagemap : pagemaps) {
            copy(flow, pagemap);
        }
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
    /// What stays is told in the log, and changes nothing of what came of the restore.
    @Override
    public void close() {
        if (lent()) {
            written.forEach(PageImages::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException stays) {
            LOG.warnf("pages that nobody needs any more could not be deleted file=%s error=%s", file, stays);
        }
    }
}
