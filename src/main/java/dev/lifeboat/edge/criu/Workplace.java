package dev.lifeboat.edge.criu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;
import org.jboss.logging.Logger;

/// A folder for one errand, gone afterwards. Where it cannot be deleted the log says so, and nothing else changes: what
/// came of the errand counts.
record Workplace(Path folder) implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Workplace.class);

    /// @param scratch an existing folder
    static Workplace in(Path scratch, String prefix) throws IOException {
        return new Workplace(Files.createTempDirectory(scratch, prefix));
    }

    @Override
    public void close() {
        try {
            FileUtils.deleteDirectory(folder.toFile());
        } catch (IOException | UncheckedIOException stays) {
            LOG.warnf("a folder that nobody needs any more could not be deleted folder=%s error=%s", folder, stays);
        }
    }
}
