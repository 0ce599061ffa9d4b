package dev.lifeboat.edge.criu.archive;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/// What containerd and CRI-O write for one container when a kubelet asks them to: a tar with
/// `checkpoint/` for CRIU's images, `config.dump` and `rootfs-diff.tar`, an image layer
/// (checkpointctl, lib/metadata.go). It may have been written by a broken engine or by somebody
/// else: names, counts and sizes are checked, and what is not understood is refused.
public final class ContainerArchive implements AutoCloseable {
    /// What a root file system's changes are called beside the images; the runtime's wrapper applies them.
    public static final String CHANGES = "lifeboat-rootfs.tar";

    /// A process has about ten images; more than these are no container's.
    static final int MOST_ENTRIES = 20_000;

    /// Of everything that is not pages: it goes through memory.
    static final long MOST_STATE_BYTES = 1L << 30;

    private static final int MOST_CONFIG_BYTES = 1 << 20;
    private static final String IMAGES = "checkpoint/";
    private static final String CONFIG = "config.dump";
    private static final String LAYER = "rootfs-diff.tar";
    private static final String DELETED = "deleted.files";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,200}");
    private static final Pattern PAGES = Pattern.compile("pages-[0-9]+\\.img");
    private static final JsonMapper JSON = new JsonMapper();

    private final TarFile tar;
    private final Map<String, TarArchiveEntry> entries = new HashMap<>();

    private ContainerArchive(TarFile tar) {
        this.tar = tar;
    }

    /// @throws IOException when it is no such archive; the message says why
    public static ContainerArchive open(Path file) throws IOException {
        var archive = new ContainerArchive(new TarFile(file));
        try {
            archive.index();
            return archive;
        } catch (IOException | IllegalArgumentException broken) {
            archive.close();
            throw new IOException(file.getFileName() + ": " + broken.getMessage(), broken);
        }
    }

    private void index() throws IOException {
        if (tar.getEntries().size() > MOST_ENTRIES) {
            throw new IOException("more than " + MOST_ENTRIES + " entries");
        }
        for (TarArchiveEntry entry : tar.getEntries()) {
            if (entry.isFile()) {
                entries.put(entry.getName(), entry);
            }
        }
        entry(CONFIG);
        if (entries.containsKey(DELETED)) {
            throw new IOException("it lists deleted files beside the layer, as CRI-O does; only layers with their own"
                    + " deletions, as containerd writes them, are understood");
        }
    }

    /// By which the engine knows the container that it is of.
    public String container() throws IOException {
        TarArchiveEntry config = entry(CONFIG);
        if (config.getSize() > MOST_CONFIG_BYTES) {
            throw new IOException(CONFIG + " has " + config.getSize() + " bytes");
        }
        try (InputStream in = tar.getInputStream(config)) {
            return JSON.readTree(in).path("id").asText();
        } catch (JacksonException wrong) {
            throw new IOException(CONFIG + ": " + wrong.getOriginalMessage(), wrong);
        }
    }

    /// Everything that is not pages, as the runtime's wrapper takes it.
    ///
    /// @param folder existing and empty, on tmpfs
    public void unpack(Path folder) throws IOException {
        long bytes = 0;
        for (TarArchiveEntry entry : entries.values()) {
            String name = imageName(entry);
            if (name.isEmpty()
                    || PAGES.matcher(name).matches()
                    || PagemapFile.owner(name).isPresent()) {
                continue;
            }
            bytes += entry.getSize();
            if (bytes > MOST_STATE_BYTES) {
                throw new IOException("more than " + MOST_STATE_BYTES + " bytes beside the pages");
            }
            try (InputStream in = tar.getInputStream(entry)) {
                Files.copy(in, folder.resolve(name));
            }
        }
        if (entries.containsKey(LAYER)) {
            new LayerChanges(() -> tar.getInputStream(entry(LAYER)), MOST_STATE_BYTES - bytes)
                    .writeTo(folder.resolve(CHANGES));
        }
    }

    private static String imageName(TarArchiveEntry entry) throws IOException {
        String whole = entry.getName();
        if (!whole.startsWith(IMAGES)) {
            return "";
        }
        String name = whole.substring(IMAGES.length());
        if (!PLAIN.matcher(name).matches()) {
            throw new IOException("an image named '" + whole + "'");
        }
        return name;
    }

    /// All pages, object by object.
    ///
    /// @throws InterruptedException when the save is given up
    public ByteCount pour(PageSink sink) throws IOException, InterruptedException {
        long bytes = 0;
        for (TarArchiveEntry entry : entries.values()) {
            String name = imageName(entry);
            var owner = PagemapFile.owner(name);
            if (owner.isPresent()) {
                try (InputStream in = tar.getInputStream(entry)) {
                    bytes += pour(PagemapFile.read(owner.get(), in), sink);
                }
            }
        }
        return new ByteCount(bytes);
    }

    private long pour(PagemapFile map, PageSink sink) throws IOException, InterruptedException {
        if (map.extents().isEmpty()) {
            return 0;
        }
        TarArchiveEntry pages = entry(IMAGES + "pages-" + map.pagesId() + ".img");
        if (pages.getSize() != map.bytes()) {
            throw new IOException(pages.getName() + " has " + pages.getSize() + " bytes, its map says " + map.bytes());
        }
        byte[] content = new byte[PageSink.LONGEST_EXTENT];
        try (InputStream in = tar.getInputStream(pages)) {
            for (Extent extent : map.extents()) {
                int length = Math.toIntExact(extent.length());
                if (in.readNBytes(content, 0, length) != length) {
                    throw new IOException(pages.getName() + " ends early");
                }
                ByteBuffer buffer = sink.reserve(extent);
                buffer.put(content, 0, length);
                sink.commit(extent);
            }
        }
        return map.bytes();
    }

    private TarArchiveEntry entry(String name) throws IOException {
        TarArchiveEntry found = entries.get(name);
        if (found == null) {
            throw new IOException("it has no " + name);
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
