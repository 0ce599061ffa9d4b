package dev.lifeboat.edge.kafka;

import dev.lifeboat.listener.Notebook;
import dev.lifeboat.notice.Notice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/// A local file with one line per notice that is announced: source and path, a space, the notice as JSON.
/// Written anew at each change, of which a node sees a handful in its life.
public final class FileNotebook implements Notebook {
    private static final Logger LOG = Logger.getLogger(FileNotebook.class);

    private final Path file;
    private final Map<String, List<Notice>> announced = new TreeMap<>();

    /// @param file taken up when there, also when its end is torn; its folder must exist
    public FileNotebook(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            Files.readString(file).lines().forEach(this::take);
        }
    }

    @Override
    public synchronized List<Notice> announced(String source, String about) {
        return List.copyOf(announced.getOrDefault(key(source, about), List.of()));
    }

    @Override
    public synchronized void note(String source, String about, List<Notice> notices) {
        announced.put(key(source, about), List.copyOf(notices));
        var lines = new ByteArrayOutputStream();
        announced.forEach((key, each) -> each.forEach(notice -> {
            lines.writeBytes((key + " ").getBytes(StandardCharsets.UTF_8));
            lines.writeBytes(Wire.NOTICES.write(notice));
            lines.write('\n');
        }));
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.write(next, lines.toByteArray());
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warnf("what is announced cannot be kept over a restart file=%s why=%s", file, e.getMessage());
        }
    }

    private void take(String line) {
        int space = line.indexOf(' ');
        try {
            Notice notice = Wire.NOTICES.read(line.substring(space + 1).getBytes(StandardCharsets.UTF_8));
            announced
                    .computeIfAbsent(line.substring(0, Math.max(0, space)), _ -> new ArrayList<>())
                    .add(notice);
        } catch (Unreadable e) {
            LOG.warnf("a torn line in the notebook file=%s why=%s", file, e.getMessage());
        }
    }

    /// No path of a metadata service has a space, and none of ours may.
    private static String key(String source, String about) {
        return (source + ":" + about).replace(' ', '_');
    }
}
