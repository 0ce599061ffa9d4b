package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.agent.Checkpointer;
import dev.lifeboat.agent.Checkpointer.RestoreOutcome;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.agent.PageTarget;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.commons.io.FileUtils;

/// Our own: manifest, index, metadata, all pages while CRIU rebuilds the tree; without the claim, which
/// is two small writes.
record ReturnByLifeboat(
        String key, String title, Checkpointer checkpointer, StoredCheckpoints store, Path tmpfs, RestoredVictim victim)
        implements Return {
    @Override
    public Took run() throws IOException, InterruptedException {
        long skimmed = System.nanoTime();
        store.skim(RestoreBench.ID);
        var alone = Duration.ofNanos(System.nanoTime() - skimmed);
        Path metadata = Criu.fresh(tmpfs.resolve("restore"));
        Account before = Account.now();
        long start = System.nanoTime();
        try (var saved = store.open(RestoreBench.ID)) {
            Return.fetch(saved, metadata);
            var pages = new Watched(saved.pages());
            RestoreOutcome outcome = checkpointer.restore(metadata, pages, _ -> true);
            long end = System.nanoTime();
            if (!(outcome instanceof RestoreOutcome.Running)) {
                throw new IOException("the restore failed: " + outcome);
            }
            return new Took(
                    alone,
                    Duration.ofNanos(pages.poured - start),
                    Duration.ofNanos(end - pages.poured),
                    Duration.ofNanos(end - start),
                    Duration.ofNanos(end - start),
                    Account.now().since(before).processor());
        } finally {
            FileUtils.deleteDirectory(metadata.toFile());
        }
    }

    /// Notes when the last page was there.
    private static final class Watched implements PageSource {
        private final PageSource pages;
        private volatile long poured;

        Watched(PageSource pages) {
            this.pages = pages;
        }

        @Override
        public List<MemoryObject> objects() {
            return pages.objects();
        }

        @Override
        public List<Extent> extents(MemoryObject owner) {
            return pages.extents(owner);
        }

        @Override
        public void read(Extent extent, ByteBuffer target) throws InterruptedException {
            pages.read(extent, target);
        }

        @Override
        public void pour(List<Extent> wanted, PageTarget target) throws IOException, InterruptedException {
            pages.pour(wanted, target);
            poured = System.nanoTime();
        }
    }
}
