package dev.lifeboat.edge.objectstore;

import dev.lifeboat.checkpoint.CheckpointId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lifeboat checkpoint rm`.
@Command(
        name = "rm",
        mixinStandardHelpOptions = true,
        description = "Removes checkpoints for good. Pages that another checkpoint needs stay.",
        footer = {
            "",
            "One that nobody has restored may be the only copy of its workload: it is removed with --force only.",
            "Safe to stop anywhere and to run again. Exit codes: 0 removed, 1 refused or missing, 2 wrong usage."
        })
final class RemoveCheckpoints extends CheckpointCommand.OnStore {
    @Parameters(
            paramLabel = "ID",
            arity = "1..*",
            converter = CheckpointCommand.Id.class,
            description = "The checkpoints.")
    private List<CheckpointId> ids = new ArrayList<>();

    @Option(names = "--force", description = "Also one that nobody has restored.")
    private boolean force;

    /// @param why it was not; empty when it was
    record Removal(String id, boolean removed, String why) {}

    @Override
    int run(ObjectStore store) {
        var catalog = new Catalog(store);
        List<Removal> removals = ids.stream().map(id -> remove(catalog, id)).toList();
        if (json) {
            print(removals);
        } else {
            removals.forEach(each -> out().println(each.removed ? "removed " + each.id : each.id + ": " + each.why));
        }
        return removals.stream().allMatch(Removal::removed) ? DONE : FAILED;
    }

    private Removal remove(Catalog catalog, CheckpointId id) {
        Optional<Catalog.Entry> entry = catalog.entry(id);
        if (entry.isEmpty()) {
            return new Removal(id.value(), false, "there is no such checkpoint");
        }
        boolean needed =
                entry.get().state() == Catalog.State.COMMITTED && !entry.get().confirmed();
        if (needed && !force) {
            return new Removal(
                    id.value(),
                    false,
                    "nobody has restored it with all its pages yet, so it may be the only copy of its workload;"
                            + " --force removes it");
        }
        if (entry.get().state() == Catalog.State.UNSETTLED && !force) {
            return new Removal(
                    id.value(), false, "its save may still be under way; --force keeps it from ever being committed");
        }
        catalog.remove(id);
        return new Removal(id.value(), true, "");
    }
}
