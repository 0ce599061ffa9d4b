package dev.lifeboat.edge.objectstore;

import dev.lifeboat.quantity.ByteCount;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `lifeboat checkpoint ls`.
@Command(
        name = "ls",
        mixinStandardHelpOptions = true,
        description = "Lists checkpoints. With the key, says of which workload and how big.")
final class ListCheckpoints extends CheckpointCommand.OnStore {
    @Option(names = "--all", description = "Those too that were given up or removed, or are not committed yet.")
    private boolean all;

    /// One line, as printed as JSON.
    ///
    /// @param claimant who holds it, or runs from it
    /// @param restored whether somebody runs from it
    /// @param pageBytes memory; null without the key, like what follows it
    record Line(
            String id,
            String state,
            @Nullable String savedAt,
            @Nullable String claimant,
            boolean restored,
            @Nullable String workload,
            @Nullable String node,
            @Nullable Long pageBytes,
            @Nullable Long storedBytes) {}

    @Override
    int run(ObjectStore store) throws InterruptedException {
        KeyWrap key = options.keyIfGiven();
        List<Line> lines = new Catalog(store)
                .entries().stream()
                        .filter(entry -> all || entry.state() == Catalog.State.COMMITTED)
                        .map(entry -> line(store, key, entry))
                        .toList();
        if (json) {
            print(lines);
        } else {
            table(lines);
        }
        return DONE;
    }

    private static Line line(ObjectStore store, @Nullable KeyWrap key, Catalog.Entry entry) {
        Manifest manifest = key == null || entry.state() != Catalog.State.COMMITTED
                ? null
                : new Reading(store, key).manifest(entry.id());
        return new Line(
                entry.id().value(),
                entry.state().name().toLowerCase(Locale.ROOT),
                entry.savedAt() == null ? null : entry.savedAt().toString(),
                entry.claimant(),
                entry.confirmed(),
                manifest == null ? null : manifest.facts().workload(),
                manifest == null ? null : manifest.facts().node(),
                manifest == null ? null : manifest.size().pages().bytes(),
                manifest == null ? null : manifest.size().stored().bytes());
    }

    private void table(List<Line> lines) {
        String row = "%-40s %-10s %-20s %-24s %10s %10s  %s%n";
        out().printf(row, "ID", "STATE", "SAVED", "WORKLOAD", "MEMORY", "STORED", "RUNS AS");
        for (Line line : lines) {
            out().printf(
                            row,
                            line.id(),
                            line.state(),
                            line.savedAt() == null
                                    ? "-"
                                    : Instant.parse(line.savedAt()).truncatedTo(ChronoUnit.SECONDS),
                            Objects.toString(line.workload(), "-"),
                            size(line.pageBytes()),
                            size(line.storedBytes()),
                            line.restored() ? line.claimant() : "-");
        }
    }

    private static String size(@Nullable Long bytes) {
        return bytes == null ? "-" : new ByteCount(bytes).toString();
    }
}
