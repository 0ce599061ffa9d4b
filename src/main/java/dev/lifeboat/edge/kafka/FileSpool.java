package dev.lifeboat.edge.kafka;

import dev.lifeboat.listener.Spool;
import dev.lifeboat.notice.Notice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/// Notices in a local file, one JSON object a line, forced to the disk before they count as kept.
///
/// A line that was torn by our death was never confirmed to anybody and is passed over. Safe for several threads.
public final class FileSpool implements Spool {
    private static final Logger LOG = Logger.getLogger(FileSpool.class);

    private final Path file;
    private final int room;
    private final List<Notice> kept;

    /// @param file made when missing, with its folders; taken up when there
    /// @param room the most notices that are kept
    /// @throws IOException when the file cannot be read or its folder not be made
    public FileSpool(Path file, int room) throws IOException {
        this.file = file;
        this.room = room;
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        this.kept = Files.exists(file) ? read(file) : new ArrayList<>();
        replace();
    }

    @Override
    public synchronized boolean keep(List<Notice> notices) {
        if (kept.size() + notices.size() > room) {
            return false;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            write(channel, notices);
        } catch (IOException e) {
            LOG.errorf("cannot spool notices, check the disk file=%s why=%s", file, e.getMessage());
            return false;
        }
        kept.addAll(notices);
        return true;
    }

    @Override
    public synchronized List<Notice> waiting() {
        return List.copyOf(kept);
    }

    @Override
    public synchronized void release(int count) {
        kept.subList(0, count).clear();
        try {
            replace();
        } catch (IOException e) {
            // They come again after a restart, and are known by their ids: a nuisance, no loss.
            LOG.warnf("cannot shorten the spool file=%s why=%s", file, e.getMessage());
        }
    }

    static List<Notice> read(Path file) throws IOException {
        var notices = new ArrayList<Notice>();
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        for (String line : text.lines().toList()) {
            try {
                notices.add(Wire.NOTICES.read(line.getBytes(StandardCharsets.UTF_8)));
            } catch (Unreadable e) {
                LOG.warnf("a torn line in the spool file=%s why=%s", file, e.getMessage());
            }
        }
        return notices;
    }

    private void replace() throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (var channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            write(channel, kept);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(FileChannel channel, List<Notice> notices) throws IOException {
        var lines = new ByteArrayOutputStream();
        for (Notice notice : notices) {
            lines.writeBytes(Wire.NOTICES.write(notice));
            lines.write('\n');
        }
        ByteBuffer bytes = ByteBuffer.wrap(lines.toByteArray());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(true);
    }
}
