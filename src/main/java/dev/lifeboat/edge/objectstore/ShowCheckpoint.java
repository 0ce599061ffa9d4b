package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.quantity.ByteCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `lifeboat checkpoint show`.
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows what a checkpoint says of itself: from where, how big, whose memory, which files.")
final class ShowCheckpoint extends CheckpointCommand.OnStore {
    @Parameters(paramLabel = "ID", converter = CheckpointCommand.Id.class, description = "The checkpoint.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointId id;

    /// @param storedPages bytes of memory that lie in a chunk
    /// @param zeroPages bytes of memory that are zero, and cost nothing
    record Owner(String kind, long id, long storedPages, long zeroPages) {}

    record StoredFile(String name, long bytes) {}

    /// @param sharedChunks chunks that lie in a chain, put there ahead
    record Sheet(
            String id,
            @Nullable String savedAt,
            String workload,
            String node,
            String dumper,
            String kernel,
            String cpu,
            long rootPid,
            String codec,
            @Nullable Integer streams,
            long pageBytes,
            long storedBytes,
            int objects,
            int chunks,
            int sharedChunks,
            @Nullable String chain,
            @Nullable String claimant,
            boolean restored,
            List<Owner> memory,
            List<StoredFile> files) {}

    @Override
    int run(ObjectStore store) {
        var entry = new Catalog(store)
                .entry(id)
                .orElseThrow(() -> new StoreFailed(StoreFailed.Kind.NOT_FOUND, "there is no checkpoint " + id));
        try (var saved = new Reading(store, options.key()).open(id)) {
            Sheet sheet = sheet(entry, saved.manifest(), saved.index());
            if (json) {
                print(sheet);
            } else {
                write(sheet);
            }
        }
        return DONE;
    }

    private static Sheet sheet(Catalog.Entry entry, Manifest manifest, Index index) {
        var facts = manifest.facts();
        return new Sheet(
                manifest.id().value(),
                Objects.toString(manifest.savedAt(), null),
                facts.workload(),
                facts.node(),
                facts.dumper(),
                facts.kernel(),
                facts.cpu(),
                facts.rootPid(),
                manifest.codec().name().toLowerCase(Locale.ROOT),
                manifest.streams(),
                manifest.size().pages().bytes(),
                manifest.size().stored().bytes(),
                index.objects().size(),
                index.chunks().size(),
                sharedChunks(index),
                manifest.chain(),
                entry.claimant(),
                entry.confirmed(),
                owners(index),
                index.files().stream()
                        .map(file -> new StoredFile(file.name(), file.size()))
                        .toList());
    }

    private static int sharedChunks(Index index) {
        return (int) index.chunks().stream()
                .filter(chunk -> index.objects().get(chunk.object()).layer() != Index.StoredObject.OWN)
                .count();
    }

    private static List<Owner> owners(Index index) {
        var owners = new TreeMap<String, Owner>();
        for (Index.Run run : index.runs()) {
            var owner = run.extent().owner();
            String kind = owner.kind().name().toLowerCase(Locale.ROOT);
            long zero = run.chunk() == Index.Run.ZERO ? run.extent().length() : 0;
            var more = new Owner(kind, owner.id(), run.extent().length() - zero, zero);
            owners.merge(kind + owner.id(), more, ShowCheckpoint::sum);
        }
        return new ArrayList<>(owners.values());
    }

    private static Owner sum(Owner one, Owner other) {
        return new Owner(one.kind, one.id, one.storedPages + other.storedPages, one.zeroPages + other.zeroPages);
    }

    private static String streams(Sheet sheet) {
        return sheet.streams == null ? "" : ", sent in up to " + sheet.streams + " streams";
    }

    private void write(Sheet sheet) {
        line("checkpoint", sheet.id);
        line("saved", Objects.toString(sheet.savedAt, "not said"));
        line("workload", sheet.workload + ", root pid " + sheet.rootPid);
        line("node", sheet.node);
        line("dumped by", sheet.dumper + ", kernel " + sheet.kernel);
        line("processor", sheet.cpu);
        line("memory", new ByteCount(sheet.pageBytes).toString());
        line(
                "stored",
                new ByteCount(sheet.storedBytes) + " in " + sheet.objects + " objects, " + sheet.chunks + " chunks ("
                        + sheet.sharedChunks + " of a chain), " + sheet.codec + streams(sheet));
        line("chain", Objects.toString(sheet.chain, "none"));
        line("runs as", sheet.restored ? Objects.toString(sheet.claimant) : "nobody has restored it");
        sheet.memory.forEach(owner -> line(
                owner.kind + " " + owner.id,
                new ByteCount(owner.storedPages) + ", and " + new ByteCount(owner.zeroPages) + " of zeros"));
        sheet.files.forEach(file -> line("file", file.name + "  " + new ByteCount(file.bytes)));
    }

    private void line(String name, String value) {
        out().printf("%-14s %s%n", name, value);
    }
}
