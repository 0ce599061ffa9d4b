package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.agent.LazyRestorer;
import dev.lifeboat.agent.LazyRestorer.End;
import dev.lifeboat.agent.LazyRestorer.LazyOutcome;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.commons.io.FileUtils;

/// Our own, running before its pages are there: manifest, index, metadata, the few pages that cannot wait, then CRIU;
/// all others behind it.
record ReturnLazily(
        String key, String title, LazyRestorer restorer, StoredCheckpoints store, Path tmpfs, RestoredVictim victim)
        implements Return {
    @Override
    public Took run() throws IOException, InterruptedException {
        Path metadata = Criu.fresh(tmpfs.resolve("restore"));
        Account before = Account.now();
        long start = System.nanoTime();
        try (var saved = store.open(RestoreBench.ID)) {
            Return.fetch(saved, metadata);
            if (!(restorer.restoreLazily(metadata, saved.pages(), _ -> true) instanceof LazyOutcome.Running running)) {
                throw new IOException("the lazy restore failed");
            }
            long runs = System.nanoTime();
            if (!(running.filling().await() instanceof End.Whole)) {
                throw new IOException("the pages did not come");
            }
            long whole = System.nanoTime();
            return new Took(
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ofNanos(runs - start),
                    Duration.ofNanos(runs - start),
                    Duration.ofNanos(whole - start),
                    Account.now().since(before).processor());
        } finally {
            FileUtils.deleteDirectory(metadata.toFile());
        }
    }
}
