package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.quantity.ByteCount;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `lifeboat checkpoint verify`.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Reads and checks every byte of checkpoints, those of their chains among them.",
        footer = {"", "Exit codes: 0 all whole, 1 one is corrupt (object and chunk are named), 2 wrong usage."})
final class VerifyCheckpoints extends CheckpointCommand.OnStore {
    /// Progress is said this often.
    private static final long STEP_BYTES = 256L << 20;

    @Parameters(
            paramLabel = "ID",
            arity = "0..*",
            converter = CheckpointCommand.Id.class,
            description = "The checkpoints; all that are committed when left out.")
    private List<CheckpointId> ids = new ArrayList<>();

    /// @param trouble object and chunk that cannot be trusted; null when it is whole
    record Verdict(
            String id,
            boolean whole,
            int chunks,
            long bytes,
            @Nullable String trouble) {}

    @Override
    int run(ObjectStore store) throws InterruptedException {
        var reading = new Reading(store, options.key());
        List<CheckpointId> wanted = ids.isEmpty()
                ? new Catalog(store)
                        .entries().stream()
                                .filter(entry -> entry.state() == Catalog.State.COMMITTED)
                                .map(Catalog.Entry::id)
                                .toList()
                : ids;
        var verdicts = new ArrayList<Verdict>();
        for (CheckpointId id : wanted) {
            Verdict verdict = verify(reading, id);
            verdicts.add(verdict);
            if (!json) {
                out().printf(
                                "%-5s %s  %s%n",
                                verdict.whole ? "whole" : "BAD",
                                id,
                                verdict.whole
                                        ? verdict.chunks + " chunks, " + new ByteCount(verdict.bytes)
                                        : verdict.trouble);
            }
        }
        if (json) {
            print(verdicts);
        }
        return verdicts.stream().allMatch(Verdict::whole) ? DONE : FAILED;
    }

    private Verdict verify(Reading reading, CheckpointId id) throws InterruptedException {
        var progress = new Progress(id);
        try (var saved = reading.open(id)) {
            for (int number = 0; number < saved.index().chunks().size(); number++) {
                progress.read(saved.chunks().chunk(number).remaining());
            }
            return new Verdict(id.value(), true, saved.index().chunks().size(), progress.bytes, null);
        } catch (CorruptCheckpoint corrupt) {
            return new Verdict(id.value(), false, 0, progress.bytes, corrupt.getMessage());
        }
    }

    private final class Progress {
        private final CheckpointId id;
        private long bytes;

        Progress(CheckpointId id) {
            this.id = id;
        }

        void read(long more) {
            if ((bytes + more) / STEP_BYTES > bytes / STEP_BYTES) {
                spec.commandLine().getErr().println(id + ": " + new ByteCount(bytes + more) + " read");
                spec.commandLine().getErr().flush();
            }
            bytes += more;
        }
    }
}
