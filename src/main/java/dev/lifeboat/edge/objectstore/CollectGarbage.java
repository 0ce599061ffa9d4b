package dev.lifeboat.edge.objectstore;

import dev.lifeboat.migration.BackgroundName;
import dev.lifeboat.notice.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// `lifeboat checkpoint gc`.
@Command(
        name = "gc",
        mixinStandardHelpOptions = true,
        description = "Removes what retention no longer keeps, and what stopped saves and removals left behind.",
        footer = {
            "",
            "  lifeboat checkpoint gc --store s3://BUCKET --key-file K --older-than 30d --keep 2",
            "",
            "Only checkpoints that somebody has restored grow old, and background ones: of these one more than N",
            "is kept, since a plan may not have heard of the newest yet. A page that another checkpoint needs stays.",
            "Without --older-than only garbage goes, and no key is needed. Saves under way are left alone.",
            "Safe to stop anywhere, to run again, and to run beside agents."
        })
final class CollectGarbage extends CheckpointCommand.OnStore {
    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            converter = Days.class,
            description = "Remove restored checkpoints of this age, such as 12h or 30d.")
    private @Nullable Duration age;

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "1",
            description = "But keep a workload's newest N (default ${DEFAULT-VALUE}).")
    private int keep;

    @Option(
            names = "--gone",
            paramLabel = "NODE",
            description = "A node that is no more: pages that it put there ahead go too. May be repeated.")
    private List<String> gone = new ArrayList<>();

    @Option(names = "--dry-run", description = "Say which checkpoints retention would remove, and remove nothing.")
    private boolean dryRun;

    /// @param retired checkpoints that retention no longer keeps
    /// @param garbage keys removed beside them
    record Collected(List<String> retired, int garbage, boolean dryRun) {}

    @Override
    int run(ObjectStore store) {
        var catalog = new Catalog(store);
        List<Catalog.Entry> retired =
                age == null ? List.of() : retired(store, catalog, Instant.now().minus(age));
        int garbage = 0;
        if (!dryRun) {
            retired.forEach(entry -> catalog.remove(entry.id()));
            garbage = catalog.collect(gone.stream().map(NodeName::new).toList());
        }
        var ids = retired.stream().map(entry -> entry.id().value()).toList();
        if (json) {
            print(new Collected(ids, garbage, dryRun));
        } else {
            ids.forEach(id -> out().println((dryRun ? "would remove " : "removed ") + id));
            out().println(garbage + " objects of garbage removed");
        }
        return DONE;
    }

    private List<Catalog.Entry> retired(ObjectStore store, Catalog catalog, Instant before) {
        var reading = new Reading(store, options.key());
        var newer = new HashMap<String, Integer>();
        List<Catalog.Entry> committed = catalog.entries().stream()
                .filter(entry -> entry.state() == Catalog.State.COMMITTED && entry.savedAt() != null)
                .sorted(Comparator.comparing(CollectGarbage::savedAt).reversed())
                .toList();
        return committed.stream()
                .filter(entry -> rank(newer, reading, entry) > (BackgroundName.isOne(entry.id()) ? keep + 1 : keep))
                .filter(entry -> entry.confirmed() || BackgroundName.isOne(entry.id()))
                .filter(entry -> savedAt(entry).isBefore(before))
                .toList();
    }

    /// 1 for a workload's newest.
    private static int rank(Map<String, Integer> newer, Reading reading, Catalog.Entry entry) {
        return newer.merge(reading.manifest(entry.id()).facts().workload(), 1, Integer::sum);
    }

    private static Instant savedAt(Catalog.Entry entry) {
        Instant at = entry.savedAt();
        return at == null ? Instant.MAX : at;
    }

    /// `90s`, `15m`, `12h`, `30d`.
    static final class Days implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            if (!text.matches("[0-9]{1,6}[smhd]")) {
                throw new TypeConversionException("'" + text + "' is no time: write 12h or 30d");
            }
            long number = Long.parseLong(text.substring(0, text.length() - 1));
            return switch (text.charAt(text.length() - 1)) {
                case 's' -> Duration.ofSeconds(number);
                case 'm' -> Duration.ofMinutes(number);
                case 'h' -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
    }
}
