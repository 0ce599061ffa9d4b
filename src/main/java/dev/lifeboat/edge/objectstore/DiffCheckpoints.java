package dev.lifeboat.edge.objectstore;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.quantity.ByteCount;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `lifeboat checkpoint diff`.
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = "Compares the memory of two checkpoints page by page, and the names and sizes of their files.")
final class DiffCheckpoints extends CheckpointCommand.OnStore {
    @Parameters(index = "0", paramLabel = "OLD", converter = CheckpointCommand.Id.class, description = "The earlier.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointId old;

    @Parameters(index = "1", paramLabel = "NEW", converter = CheckpointCommand.Id.class, description = "The later.")
    @SuppressWarnings("NullAway.Init")
    private CheckpointId young;

    /// Bytes of one task's memory, or of one shared segment's.
    record Memory(String kind, long id, long same, long changed, long added, long removed) {}

    /// @param files names that came, went or changed their size, each with `+`, `-` or `~` before it
    record Difference(List<Memory> memory, List<String> files) {}

    @Override
    int run(ObjectStore store) throws InterruptedException {
        var reading = new Reading(store, options.key());
        try (var before = reading.open(old);
                var after = reading.open(young)) {
            var difference = new Difference(memory(before, after), files(before.index(), after.index()));
            if (json) {
                print(difference);
            } else {
                write(difference);
            }
        }
        return DONE;
    }

    private static List<Memory> memory(LayerSaved before, LayerSaved after) throws InterruptedException {
        var owners = new LinkedHashSet<>(before.pages().objects());
        owners.addAll(after.pages().objects());
        var all = new ArrayList<Memory>();
        for (MemoryObject owner : owners) {
            all.add(memory(owner, before, after));
        }
        return all;
    }

    private static Memory memory(MemoryObject owner, LayerSaved before, LayerSaved after) throws InterruptedException {
        NavigableSet<Long> were = addresses(owner, before);
        NavigableSet<Long> are = addresses(owner, after);
        long same = 0;
        long changed = 0;
        ByteBuffer one = ByteBuffer.allocate(Extent.PAGE_SIZE);
        ByteBuffer other = ByteBuffer.allocate(Extent.PAGE_SIZE);
        for (long address : were) {
            if (are.contains(address)) {
                var page = new Extent(owner, address, 1);
                before.pages().read(page, one.clear());
                after.pages().read(page, other.clear());
                boolean equal = one.flip().equals(other.flip());
                same += equal ? Extent.PAGE_SIZE : 0;
                changed += equal ? 0 : Extent.PAGE_SIZE;
            }
        }
        long common = same + changed;
        return new Memory(
                owner.kind().name().toLowerCase(Locale.ROOT),
                owner.id(),
                same,
                changed,
                (long) are.size() * Extent.PAGE_SIZE - common,
                (long) were.size() * Extent.PAGE_SIZE - common);
    }

    private static NavigableSet<Long> addresses(MemoryObject owner, LayerSaved saved) {
        var addresses = new TreeSet<Long>();
        if (saved.pages().objects().contains(owner)) {
            for (Extent extent : saved.pages().extents(owner)) {
                for (long page = 0; page < extent.pages(); page++) {
                    addresses.add(extent.startAddress() + page * Extent.PAGE_SIZE);
                }
            }
        }
        return addresses;
    }

    private static List<String> files(Index before, Index after) {
        var all = new ArrayList<String>();
        for (Index.StoredFile file : before.files()) {
            var now = named(after, file.name());
            if (now.isEmpty()) {
                all.add("- " + file.name());
            } else if (now.getFirst().size() != file.size()) {
                all.add("~ " + file.name() + " " + file.size() + " -> "
                        + now.getFirst().size() + " bytes");
            }
        }
        for (Index.StoredFile file : after.files()) {
            if (named(before, file.name()).isEmpty()) {
                all.add("+ " + file.name());
            }
        }
        return all;
    }

    private static List<Index.StoredFile> named(Index index, String name) {
        return index.files().stream().filter(file -> file.name().equals(name)).toList();
    }

    private void write(Difference difference) {
        String row = "%-16s %12s %12s %12s %12s%n";
        out().printf(row, "MEMORY", "SAME", "CHANGED", "ADDED", "REMOVED");
        for (Memory memory : difference.memory) {
            out().printf(
                            row,
                            memory.kind + " " + memory.id,
                            new ByteCount(memory.same),
                            new ByteCount(memory.changed),
                            new ByteCount(memory.added),
                            new ByteCount(memory.removed));
        }
        difference.files.forEach(out()::println);
    }
}
