package dev.lifeboat.edge.criu.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// An image layer, plain or gzipped, rewritten as the tar of an overlay's upper folder: `.wh.NAME` becomes a device 0:0
/// that deletes NAME, and a folder that holds `.wh..wh..opq` one that replaces what is below it (OCI image spec,
/// layer.md, Whiteouts; Documentation/filesystems/overlayfs.rst).
final class LayerChanges {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final String OPAQUE_ATTRIBUTE = "SCHILY.xattr.trusted.overlay.opaque";
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int GZIP_MAGIC = 0x1f8b;

    private final Layer layer;
    private final long mostBytes;

    /// The layer, from its beginning each time.
    @FunctionalInterface
    interface Layer {
        InputStream open() throws IOException;
    }

    /// @param mostBytes of its files' content
    LayerChanges(Layer layer, long mostBytes) {
        this.layer = layer;
        this.mostBytes = mostBytes;
    }

    /// @throws IOException when the layer is broken, or larger than it may be
    void writeTo(Path file) throws IOException {
        Set<String> replaced = replaced();
        long bytes = 0;
        try (var in = open();
                var out = new TarArchiveOutputStream(Files.newOutputStream(file))) {
            out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            int count = 0;
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                count++;
                bytes += entry.getSize();
                if (count > ContainerArchive.MOST_ENTRIES || bytes > mostBytes) {
                    throw new IOException("the container has changed more than " + mostBytes + " bytes or "
                            + ContainerArchive.MOST_ENTRIES + " files of its root; keep such on a volume");
                }
                write(entry, in, out, replaced);
            }
        }
    }

    private static void write(
            TarArchiveEntry entry, InputStream content, TarArchiveOutputStream out, Set<String> replaced)
            throws IOException {
        String name = last(entry.getName());
        if (name.equals(OPAQUE)) {
            return;
        }
        if (name.startsWith(WHITEOUT)) {
            String deleted = parent(entry.getName()) + name.substring(WHITEOUT.length());
            out.putArchiveEntry(new TarArchiveEntry(deleted, TarConstants.LF_CHR));
            out.closeArchiveEntry();
            return;
        }
        if (entry.isDirectory() && replaced.contains(entry.getName())) {
            entry.addPaxHeader(OPAQUE_ATTRIBUTE, "y");
        }
        out.putArchiveEntry(entry);
        content.transferTo(out);
        out.closeArchiveEntry();
    }

    /// Folders that hide what the layers below have at their place; they come before the mark that says so.
    private Set<String> replaced() throws IOException {
        var folders = new HashSet<String>();
        try (var in = open()) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (last(entry.getName()).equals(OPAQUE) && folders.size() < ContainerArchive.MOST_ENTRIES) {
                    folders.add(parent(entry.getName()));
                }
            }
        }
        return folders;
    }

    private TarArchiveInputStream open() throws IOException {
        var in = new BufferedInputStream(layer.open(), BUFFER_BYTES);
        in.mark(2);
        int magic = in.read() << 8 | in.read();
        in.reset();
        return new TarArchiveInputStream(magic == GZIP_MAGIC ? new GZIPInputStream(in) : in);
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }
}
