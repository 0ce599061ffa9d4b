package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.PageSource;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// The memory of a tree that CRIU rebuilds. Some of it CRIU reads from images; all else waits until the
/// tree stands there, and goes straight into it. Nothing of it runs before all is there.
final class RebuiltMemory implements RestoreSession.Pages {
    private final CriuHost host;
    private final PageImages images;
    private final PageSource pages;
    private final List<Extent> straight;
    private final CompletableFuture<Boolean> stands = new CompletableFuture<>();

    /// @param images written by this one
    RebuiltMemory(CriuHost host, PageImages images, PageSource pages) throws IOException {
        this.host = host;
        this.images = images;
        this.pages = pages;
        this.straight = images.prepareRebuilding(pages);
    }

    /// The tree never will stand there: CRIU has ended, or says why it could not.
    static final class NeverRebuilt extends IOException {
        private static final long serialVersionUID = 1;

        NeverRebuilt() {
            super("the tree was not rebuilt");
        }
    }

    /// It takes its pages no more.
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(IOException why) {
            super(why.getMessage(), why);
        }
    }

    @Override
    public void early() throws IOException, InterruptedException {
        images.pour(pages);
    }

    @Override
    public void late() throws IOException, InterruptedException {
        pages.pour(straight, this::put);
    }

    @Override
    public void rebuilt() {
        stands.complete(true);
    }

    @Override
    public void ended() {
        stands.complete(false);
    }

    private void put(MemoryObject owner, long address, ByteBuffer content) throws IOException {
        awaitTree();
        try {
            host.write(owner.id(), address, content);
        } catch (IOException refused) {
            throw new Refused(refused);
        }
    }

    private void awaitTree() throws IOException {
        try {
            if (!stands.get()) {
                throw new NeverRebuilt();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("nobody waits for the tree any more");
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
