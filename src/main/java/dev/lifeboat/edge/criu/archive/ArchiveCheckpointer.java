package dev.lifeboat.edge.criu.archive;

import dev.lifeboat.agent.Checkpointer;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.edge.criu.FailureCode;
import dev.lifeboat.edge.criu.Uninterruptibly;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Means;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Has the node's container engine make the checkpoint, and carries its archive into the store. For
/// nodes on which nothing privileged may run.
///
/// The container is not stopped: it runs on from the cut until the checkpoint is durable and it is ended, and what it
/// does meanwhile is lost. Nothing has to be thawed when a save is given up. It cannot restore.
public final class ArchiveCheckpointer implements Checkpointer {
    private static final Logger LOG = Logger.getLogger(ArchiveCheckpointer.class);

    private final Engine engine;

    public ArchiveCheckpointer(Engine engine) {
        this.engine = engine;
    }

    /// Port: who checkpoints for us. The numbers are those of the workloads' evacuees; they stand for containers.
    public interface Engine {
        /// Has an archive of the container written, whatever is in its way said by a reason.
        ///
        /// @throws InterruptedException when it is given up; nothing of it is left then
        Made make(long container, Duration limit) throws InterruptedException;

        /// Puts beside CRIU's images what a restore elsewhere has to know of it.
        void describe(long container, Path images) throws IOException;

        /// Ends the container for good, and returns once it is surely dead and nobody will start it again.
        void end(long container) throws InterruptedException;

        boolean runs(long container);
    }

    /// What an engine makes.
    public sealed interface Made {
        /// @param file ours to delete
        /// @param id by which the engine knows the container that was meant
        record Written(Path file, String id) implements Made {}

        record Refused(FailureCode why, String detail) implements Made {}
    }

    @Override
    public DumpOutcome dump(Source source, PageSink pages, OnCaptured verdict) throws InterruptedException {
        long began = System.nanoTime();
        Made made = engine.make(source.pid(), source.limit());
        return switch (made) {
            case Made.Refused refused -> failed(source, refused.why(), refused.detail());
            case Made.Written written -> carry(written, source, new Dump(pages, verdict, began, System.nanoTime()));
        };
    }

    /// @param beganNanos when the engine was asked
    /// @param cutNanos when it had answered: the container ran again by then
    private record Dump(PageSink pages, OnCaptured verdict, long beganNanos, long cutNanos) {
        /// At most so long did it stand still.
        Duration frozen() {
            return Duration.ofNanos(cutNanos - beganNanos);
        }
    }

    private DumpOutcome carry(Made.Written written, Source source, Dump dump) throws InterruptedException {
        var captured = new CompletableFuture<Captured>();
        Thread reader = Thread.ofVirtual().name("archive").start(() -> capture(written, source, dump, captured));
        try {
            long left = dump.beganNanos + source.limit().toNanos() - System.nanoTime();
            Captured got = within(left, reader, captured);
            if (got.verdict() == Verdict.THAW) {
                return new DumpOutcome.Thawed(dump.frozen());
            }
            engine.end(source.pid());
            Duration lost = Duration.ofNanos(System.nanoTime() - dump.cutNanos);
            LOG.infof(
                    "ended after its checkpoint; what it did since the cut is lost container=%s ran-on=%s",
                    written.id(), lost);
            return new DumpOutcome.Killed(dump.frozen(), got.pages());
        } catch (ExecutionException broken) {
            return broken(source, broken.getCause());
        } finally {
            delete(written.file());
        }
    }

    /// The store's own troubles are the save's to tell, and it knows them.
    private DumpOutcome broken(Source source, @Nullable Throwable cause) {
        return switch (cause) {
            case InterruptedException _, ClosedByInterruptException _ ->
                failed(source, FailureCode.LIMIT_SPENT, "after " + source.limit());
            case Replaced other -> failed(source, FailureCode.SOURCE_REPLACED, String.valueOf(other.getMessage()));
            case IOException unreadable -> failed(source, FailureCode.ARCHIVE_UNREADABLE, unreadable.toString());
            case null, default -> failed(source, FailureCode.SINK_FAILED, String.valueOf(cause));
        };
    }

    /// Waits for the reader's end in any case: nobody may be asked for a verdict behind our back,
    /// and one that was given counts.
    private static Captured within(long nanos, Thread reader, CompletableFuture<Captured> captured)
            throws InterruptedException, ExecutionException {
        try {
            return captured.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException spent) {
            end(reader);
            return captured.get();
        } catch (InterruptedException stop) {
            end(reader);
            if (captured.isCompletedExceptionally()) {
                throw stop;
            }
            Thread.currentThread().interrupt();
            return captured.get();
        }
    }

    private static void end(Thread reader) {
        reader.interrupt();
        Uninterruptibly.join(reader);
    }

    private record Captured(Verdict verdict, ByteCount pages) {}

    /// Engines are asked by name, and names are given anew.
    private static final class Replaced extends IOException {
        private static final long serialVersionUID = 1;

        Replaced(String message) {
            super(message);
        }
    }

    private void capture(Made.Written written, Source source, Dump dump, CompletableFuture<Captured> captured) {
        try (var archive = ContainerArchive.open(written.file())) {
            if (!archive.container().equals(written.id())) {
                throw new Replaced("it is of container " + archive.container() + ", not of " + written.id());
            }
            archive.unpack(source.metadata());
            engine.describe(source.pid(), source.metadata());
            ByteCount pages = archive.pour(dump.pages());
            captured.complete(new Captured(dump.verdict().captured(), pages));
        } catch (IOException | InterruptedException | RuntimeException broken) {
            captured.completeExceptionally(broken);
        }
    }

    private DumpOutcome failed(Source source, FailureCode why, String detail) {
        return new DumpOutcome.Failed(why.code(), why.meaning() + ": " + detail, engine.runs(source.pid()));
    }

    /// The memory of a workload, in clear.
    private static void delete(Path archive) {
        try {
            Files.deleteIfExists(archive);
        } catch (IOException left) {
            LOG.errorf(
                    "the archive stays on the node's disk, and must be deleted by hand file=%s why=%s", archive, left);
        }
    }

    @Override
    public Means means() {
        return Means.KUBELET;
    }

    @Override
    public RestoreOutcome restore(Path metadata, PageSource pages, OnRestored gate) {
        return new RestoreOutcome.Failed(FailureCode.RESTORES_NOTHING.code(), FailureCode.RESTORES_NOTHING.meaning());
    }
}
