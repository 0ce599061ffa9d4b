package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.agent.CheckpointStore.Draft;
import dev.lifeboat.agent.CheckpointStore.Facts;
import dev.lifeboat.agent.Checkpointer;
import dev.lifeboat.agent.Checkpointer.DumpOutcome;
import dev.lifeboat.agent.Checkpointer.OnCaptured;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Connections;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;

/// Our own: the agent as CRIU's page server, chunks straight to the store, the manifest last.
///
/// The victim is thawed instead of killed at the end, so that the next contender finds it; all else is the agent's way.
/// Frozen is counted until every page is out of the victim, as CRIU counts it for the rivals; the wait for the manifest
/// comes on top in production, but then the victim is not going on here anyway.
final class LifeboatPipe implements Contender {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Checkpointer checkpointer;
    private final StoredCheckpoints store;
    private final ByteCount expected;
    private final Path tmpfs;
    private final Ground ground;
    private final List<Map<Spent.Part, Double>> spent = new ArrayList<>();
    private int runs;

    /// @param expected buffers are made and touched for as much, before the clock starts, as the agent does
    LifeboatPipe(Checkpointer checkpointer, StoredCheckpoints store, ByteCount expected, Path tmpfs) {
        this(checkpointer, store, expected, tmpfs, new Ground(store::draft, null));
    }

    /// What a checkpoint stands on.
    ///
    /// @param drafts starts a checkpoint, on a chain for instance
    /// @param parent the pre-dump that the dump builds on; null when it carries everything
    record Ground(
            Function<CheckpointId, Draft> drafts, @Nullable Path parent) {}

    LifeboatPipe(Checkpointer checkpointer, StoredCheckpoints store, ByteCount expected, Path tmpfs, Ground ground) {
        this.ground = ground;
        this.checkpointer = checkpointer;
        this.store = store;
        this.expected = expected;
        this.tmpfs = tmpfs;
    }

    @Override
    public String key() {
        return "lifeboat";
    }

    @Override
    public String title() {
        return "lifeboat: page server to store";
    }

    @Override
    public Measured save(BenchVictim victim) throws IOException, InterruptedException {
        Path metadata = Criu.fresh(tmpfs.resolve("metadata"));
        runs++;
        store.prepare(expected);
        Account before = Account.now();
        Spent parts = Spent.now();
        Account.resetPeak();
        long start = System.nanoTime();
        try (Draft draft = ground.drafts.apply(new CheckpointId("bench-" + start + "-" + runs))) {
            var run = new Run(draft, metadata, victim.pid());
            var pages = new Tap(draft.pages());
            var source = new Source(victim.pid(), metadata, LIMIT, ground.parent, Connections.REFUSE);
            DumpOutcome outcome = checkpointer.dump(source, pages, run);
            if (!(outcome instanceof DumpOutcome.Thawed)) {
                throw new IOException("the dump did not end as asked: " + outcome);
            }
            Account used = Account.now().since(before);
            spent.add(Spent.now().since(parts, used, pages));
            return new Measured(
                    Duration.ofNanos(run.captured - run.frozen),
                    Duration.ofNanos(run.durable - start),
                    used.processor(),
                    draft.size().pages(),
                    draft.size().stored(),
                    Account.peakOf(ProcessHandle.current().pid()),
                    used.diskWritten());
        } finally {
            FileUtils.deleteDirectory(metadata.toFile());
        }
    }

    /// Where the processor time went, by run; the first is the warm-up.
    List<Map<Spent.Part, Double>> spent() {
        return spent;
    }

    /// The agent's steps with the tree frozen, timed.
    private static final class Run implements OnCaptured {
        private final Draft draft;
        private final Path metadata;
        private final long pid;
        private volatile long frozen;
        private volatile long captured;
        private volatile long durable;

        Run(Draft draft, Path metadata, long pid) {
            this.draft = draft;
            this.metadata = metadata;
            this.pid = pid;
        }

        @Override
        public void frozen() {
            frozen = System.nanoTime();
        }

        @Override
        public Verdict captured() throws InterruptedException {
            captured = System.nanoTime();
            for (Path file : metadataFiles()) {
                draft.file("criu/" + file.getFileName(), file);
            }
            draft.commit(new Facts("bench/victim", "bench", "criu", "", "", pid));
            durable = System.nanoTime();
            return Verdict.THAW;
        }

        private List<Path> metadataFiles() {
            try (Stream<Path> files = Files.list(metadata)) {
                return files.filter(Files::isRegularFile).toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
