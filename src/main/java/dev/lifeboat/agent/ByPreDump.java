package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Chain;
import dev.lifeboat.agent.CheckpointStore.Layer;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.workload.Connections;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Lets the dumper copy, which asks the kernel what was written since the round before: neither a round nor
/// the final dump has to look at the rest. Content is compared all the same, so what is sent again is not
/// stored again.
///
/// A workload whose pre-dump fails is copied by content until its chain starts anew: each failure makes it
/// stand still for nothing.
final class ByPreDump implements Copying {
    /// A tree that stands still longer is let go: nobody waits for it. Page tables of 100 GiB take
    /// some seconds.
    private static final Duration MOST_FROZEN = Duration.ofSeconds(30);

    private final PreDumper dumper;
    private final Path folder;
    private final Copying byContent;

    /// Held while the dumper has a tree: a save must not meet it there.
    private final ReentrantLock dumping = new ReentrantLock();

    private volatile @Nullable Layer underWay;
    private final Map<WorkloadId, Whole> newest = new HashMap<>();
    private final Map<WorkloadId, Chain> refused = new HashMap<>();

    /// A pre-dump whose pages are all in the chain.
    private record Whole(Chain chain, Parent parent) {}

    /// @param folder on tmpfs, this node's own
    ByPreDump(PreDumper dumper, Path folder) {
        this.dumper = dumper;
        this.folder = folder;
        this.byContent = new ByContent();
    }

    @Override
    public Round.Result copy(Evacuee evacuee, Chain chain, Ahead within, CountDownLatch stop)
            throws InterruptedException {
        WorkloadId workload = evacuee.workload().id();
        if (isRefused(workload, chain)) {
            return byContent.copy(evacuee, chain, within, stop);
        }
        var own = new Parent(begin(workload), mark(workload));
        try (var layer = chain.layerByAddress()) {
            Parent before = known(workload, chain).orElse(null);
            var paced = new Paced(layer, new Pace(within, stop), stop);
            return switch (preDump(evacuee, before, own, paced)) {
                case PreDumper.Outcome.Done done -> {
                    var taken = layer.finish();
                    layer.settle();
                    became(workload, new Whole(chain, own));
                    yield new Round.Result(taken, true, done, null);
                }
                case PreDumper.Outcome.Failed _ when paced.stopped -> new Round.Result(within.cut(layer), false);
                case PreDumper.Outcome.Failed failed -> {
                    paced.rethrow();
                    refuse(workload, chain);
                    String trouble = "pre-dump " + failed.reason() + ", so by content from now on: " + failed.logTail();
                    yield new Round.Result(layer.taken(), false, null, trouble);
                }
            };
        } finally {
            tidy(workload);
        }
    }

    private PreDumper.Outcome preDump(Evacuee evacuee, @Nullable Parent before, Parent own, Paced paced)
            throws InterruptedException {
        var source = new Source(
                evacuee.pid(), own.folder(), MOST_FROZEN, before == null ? null : before.folder(), Connections.REFUSE);
        var sink = new Inheriting(paced, own.mark(), before == null ? null : before.name(), own.name());
        dumping.lockInterruptibly();
        try {
            if (paced.mustStop()) {
                return new PreDumper.Outcome.Failed("stopped", "");
            }
            underWay = paced.layer;
            return dumper.preDump(source, sink);
        } finally {
            underWay = null;
            dumping.unlock();
        }
    }

    @Override
    public @Nullable Layer underWay() {
        Layer own = underWay;
        return own == null ? byContent.underWay() : own;
    }

    /// Ends a pre-dump that is under way, and waits until the dumper has left its tree; none begins while
    /// whoever asks has told it to stop.
    @Override
    public Optional<Parent> parent(WorkloadId workload, Chain chain) throws InterruptedException {
        Layer current = underWay;
        if (current != null) {
            current.abort();
        }
        dumping.lockInterruptibly();
        dumping.unlock();
        return known(workload, chain);
    }

    private synchronized Optional<Parent> known(WorkloadId workload, Chain chain) {
        return Optional.ofNullable(newest.get(workload))
                .filter(whole -> whole.chain.equals(chain))
                .map(Whole::parent)
                // Another agent of this node may have tidied up: then it has reset the bits, too.
                .filter(parent -> Files.isDirectory(parent.folder()));
    }

    @Override
    public void forget(WorkloadId workload) {
        synchronized (this) {
            refused.remove(workload);
            newest.remove(workload);
        }
        StateFiles.clear(of(workload));
    }

    private synchronized void refuse(WorkloadId workload, Chain chain) {
        refused.put(workload, chain);
    }

    private synchronized boolean isRefused(WorkloadId workload, Chain chain) {
        return chain.equals(refused.get(workload));
    }

    /// The one before it stays until then: whether it still holds is for the mark to say.
    private synchronized void became(WorkloadId workload, Whole whole) {
        newest.put(workload, whole);
    }

    private Path of(WorkloadId workload) {
        return folder.resolve(workload.namespace()).resolve(workload.name());
    }

    private DirtyMark mark(WorkloadId workload) {
        return new DirtyMark(of(workload).resolve("newest"));
    }

    private Path begin(WorkloadId workload) {
        try {
            return Files.createTempDirectory(Files.createDirectories(of(workload)), "pre-dump-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Only the newest whole one is of use to anybody.
    private void tidy(WorkloadId workload) {
        Path kept;
        synchronized (this) {
            Whole whole = newest.get(workload);
            kept = whole == null ? null : whole.parent.folder();
        }
        try (var all = Files.newDirectoryStream(of(workload), "pre-dump-*")) {
            for (Path each : all) {
                if (Files.isDirectory(each) && !each.equals(kept)) {
                    StateFiles.clear(each);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Rests between extents, when the tree runs again; a stop ends the pre-dump.
    private static final class Paced implements PageSink {
        private final Layer layer;
        private final PageSink sink;
        private final Pace pace;
        private final CountDownLatch stop;
        private volatile boolean stopped;
        private volatile @Nullable StoreFailed trouble;

        Paced(Layer layer, Pace pace, CountDownLatch stop) {
            this.layer = layer;
            this.sink = layer.pages();
            this.pace = pace;
            this.stop = stop;
        }

        boolean mustStop() {
            stopped = stop.getCount() == 0;
            return stopped;
        }

        /// What the store did is the store's trouble, not the dumper's.
        void rethrow() {
            StoreFailed failed = trouble;
            if (failed != null) {
                throw failed;
            }
        }

        @Override
        public boolean hasParent(MemoryObject owner) {
            return sink.hasParent(owner);
        }

        @Override
        public ByteBuffer reserve(Extent extent) throws InterruptedException {
            if (pace.stops(layer)) {
                stopped = true;
                throw new IllegalStateException("the round was stopped");
            }
            try {
                return sink.reserve(extent);
            } catch (StoreFailed failed) {
                trouble = mustStop() ? null : failed;
                throw failed;
            }
        }

        @Override
        public void commit(Extent extent) {
            sink.commit(extent);
        }

        @Override
        public void inherit(Extent extent) {
            sink.inherit(extent);
        }
    }
}
