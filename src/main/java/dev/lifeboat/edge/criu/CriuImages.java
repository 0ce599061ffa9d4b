package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.PageSource;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A checkpoint's pages as the files that `criu restore` reads them from.
public final class CriuImages {
    private CriuImages() {}

    /// @param dumper the CRIU that dumped, such as `4.1.1`; a newer one reads the files, too
    /// @return per object a pagemap and its pages, to be written one behind the other
    /// @throws IllegalArgumentException when `dumper` names no release
    public static List<ImageFile> of(PageSource pages, String dumper) {
        CriuVersion version = CriuVersion.parse(dumper);
        var files = new ArrayList<ImageFile>();
        for (MemoryObject owner : pages.objects()) {
            var pagemap = new Pagemap(owner, files.size() / 2 + 1, pages.extents(owner));
            byte[] content = pagemap.content(version);
            files.add(new ImageFile(pagemap.name(), content.length, out -> out.write(content)));
            files.add(new ImageFile(pagemap.pagesName(), pagemap.pagesSize(), out -> write(pages, pagemap, out)));
        }
        return files;
    }

    private static void write(PageSource pages, Pagemap pagemap, OutputStream out)
            throws IOException, InterruptedException {
        for (Extent extent : pagemap.extents()) {
            byte[] content = new byte[Math.toIntExact(extent.length())];
            pages.read(extent, ByteBuffer.wrap(content));
            out.write(content);
        }
    }
}
