package dev.lifeboat.edge.kafka;

import dev.lifeboat.notice.Notice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What the listener of this node could not bring to the log, read from its spool. Belongs to the one thread that
/// looks.
public final class SpoolWatch {
    private static final Logger LOG = Logger.getLogger(SpoolWatch.class);

    /// A full spool of the default's 10,000 notices has 2.5 MB.
    private static final long MOST_BYTES = 16 << 20;

    private final Path file;
    private @Nullable Version seen;
    private List<Notice> waiting = List.of();

    private record Version(FileTime modified, long size) {}

    public SpoolWatch(Path file) {
        this.file = file;
    }

    /// The notices in the spool now; read again only when the file has changed. Empty when there is none.
    public List<Notice> waiting() {
        try {
            var now = new Version(Files.getLastModifiedTime(file), Files.size(file));
            if (!now.equals(seen)) {
                waiting = now.size() > MOST_BYTES ? List.of() : List.copyOf(FileSpool.read(file));
                seen = now;
            }
        } catch (NoSuchFileException _) {
            waiting = List.of();
            seen = null;
        } catch (IOException e) {
            LOG.warnf("cannot read the listener's spool file=%s why=%s", file, e.getMessage());
        }
        return waiting;
    }
}
