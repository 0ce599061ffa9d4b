package dev.lifeboat.edge.kafka;

import dev.lifeboat.agent.LastOrders;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
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
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What an agent needs to act alone, in two files of its folder: `standing-orders.json` as it came from the topic, and
/// `acted-alone.jsonl`, a report a line. A file that cannot be read counts as empty.
public final class StandingFiles implements LastOrders {
    private static final Logger LOG = Logger.getLogger(StandingFiles.class);

    private final Path orders;
    private final Path alone;
    private volatile @Nullable StandingOrders held;
    private volatile List<Report.ActedAlone> acts = List.of();

    /// @throws IOException when the folder cannot be made
    public StandingFiles(Path folder) throws IOException {
        Files.createDirectories(folder);
        orders = folder.resolve("standing-orders.json");
        alone = folder.resolve("acted-alone.jsonl");
        load();
    }

    @Override
    public Optional<StandingOrders> read() {
        return Optional.ofNullable(held);
    }

    @Override
    public synchronized void keep(StandingOrders newest) {
        held = newest;
        replace(orders, Wire.STANDING_ORDERS.write(newest));
    }

    @Override
    public List<Report.ActedAlone> acts() {
        return acts;
    }

    @Override
    public synchronized void keepActs(List<Report.ActedAlone> open) {
        acts = List.copyOf(open);
        var lines = new ByteArrayOutputStream();
        for (Report act : open) {
            lines.writeBytes(Wire.REPORTS.write(act));
            lines.write('\n');
        }
        replace(alone, lines.toByteArray());
    }

    private void load() {
        try {
            if (Files.exists(orders)) {
                held = Wire.STANDING_ORDERS.read(Files.readAllBytes(orders));
            }
            var found = new ArrayList<Report.ActedAlone>();
            for (String line : Files.exists(alone) ? Files.readAllLines(alone) : List.<String>of()) {
                if (Wire.REPORTS.read(line.getBytes(StandardCharsets.UTF_8)) instanceof Report.ActedAlone act) {
                    found.add(act);
                }
            }
            acts = List.copyOf(found);
        } catch (IOException | Unreadable e) {
            LOG.warnf("standing orders are not readable and wait for new ones folder=%s why=%s", orders.getParent(), e);
        }
    }

    private static void replace(Path file, byte[] content) {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            try (var channel = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.errorf("cannot keep standing orders, check the disk file=%s why=%s", file, e.getMessage());
        }
    }
}
