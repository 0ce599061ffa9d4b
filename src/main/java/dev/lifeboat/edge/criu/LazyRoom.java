package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.PageSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/// What one lazy restore has on this machine until its last page is there.
///
/// @param work logs, and the socket by which CRIU and its daemon find each other
/// @param late what comes on demand
record LazyRoom(Path work, CriuHost.ImagesFolder images, PageImages written, PageImages.Late late)
        implements Closeable {
    /// Returns once everything but pages is there.
    static LazyRoom furnish(CriuHost host, CriuVersion version, Path work, Path metadata, PageSource pages)
            throws IOException, InterruptedException {
        CriuHost.ImagesFolder images = host.images(metadata);
        var written = new PageImages(images.path(), metadata, version);
        try {
            return new LazyRoom(work, images, written, written.prepareEarly(pages, host::memory));
        } catch (IOException | InterruptedException | RuntimeException broken) {
            clear(work, images, written);
            throw broken;
        }
    }

    /// Returns once everything that the tree needs to begin is there, verified.
    void writeEarly() throws IOException, InterruptedException {
        written.writeEarly(late.pages());
    }

    @Override
    public void close() {
        late.pages().close();
        clear(work, images, written);
    }

    private static void clear(Path work, CriuHost.ImagesFolder images, PageImages written) {
        written.close();
        images.close();
        new Workplace(work).close();
    }
}
