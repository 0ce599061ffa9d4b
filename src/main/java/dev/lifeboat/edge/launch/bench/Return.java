package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.agent.CheckpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// One way to bring the victim back.
interface Return {
    /// How an agent names those files in a checkpoint.
    String METADATA = "criu/";

    /// Key in the JSON, such as `lifeboat-s3`.
    String key();

    /// For the table.
    String title();

    /// The victim as this one's dump has it.
    RestoredVictim victim();

    /// With the victim dead and its files as they were.
    Took run() throws IOException, InterruptedException;

    /// What CRIU wants beside the pages, below a fresh folder.
    static void fetch(CheckpointStore.Saved saved, Path metadata) throws IOException, InterruptedException {
        for (String name : saved.files()) {
            Path target = metadata.resolve(name.substring(METADATA.length()));
            Files.createDirectories(target.getParent());
            saved.fetch(name, target);
        }
    }

    /// @param store for reading the same bytes from the same store, and nothing else; zero where there is none
    /// @param images until every page was in memory, verified; zero for whoever finds them there
    /// @param criu what CRIU did after that
    /// @param running from nothing to the victim running again
    /// @param whole from nothing to every page being there
    /// @param processor of this process and its children
    record Took(Duration store, Duration images, Duration criu, Duration running, Duration whole, Duration processor) {
        /// Speed of the way into memory against the store's own.
        double share() {
            return images.isZero() ? 0 : (double) store.toNanos() / images.toNanos();
        }
    }
}
