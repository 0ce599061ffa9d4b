package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.PreDumper.Outcome;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One pre-dump with one CRIU. The tree goes on whatever happens: nothing here can kill it.
///
/// CRIU closes its page stream in good order also when it has failed, so a pre-dump counts only on its answer.
final class PreDumpSession {
    private final CriuWorker worker;
    private final Source source;
    private final Path work;
    private final PageSink sink;
    private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
    private final CountDownLatch thawed = new CountDownLatch(1);
    private final Thread pageThread;
    private final Thread talkThread;
    private final Thread endThread;
    private volatile boolean succeeded;
    private volatile boolean allTaken;

    /// @param work where CRIU leaves log and statistics
    PreDumpSession(CriuWorker worker, WireFormat format, Source source, Path work, PageSink sink) {
        this.worker = worker;
        this.source = source;
        this.work = work;
        this.sink = sink;
        this.pageThread = Thread.ofPlatform().name("criu-pages").unstarted(() -> takePages(format));
        this.talkThread = Thread.ofPlatform().name("criu-talk").unstarted(this::talk);
        this.endThread = Thread.ofPlatform().name("criu-end").unstarted(this::awaitEnd);
    }

    private record Failure(FailureCode code, String detail) {}

    /// @throws InterruptedException when interrupted; CRIU is gone then, too
    Outcome run() throws InterruptedException {
        endThread.start();
        pageThread.start();
        talkThread.start();
        try {
            if (!thawed.await(source.limit().toNanos(), TimeUnit.NANOSECONDS)) {
                fail(FailureCode.LIMIT_SPENT, "standing still for " + source.limit());
                kill();
            }
            endThread.join();
        } finally {
            finish();
        }
        return outcome();
    }

    private void finish() {
        if (endThread.isAlive()) {
            kill();
            Uninterruptibly.join(endThread);
        }
        try {
            worker.hangUp();
        } catch (IOException impossible) {
            throw new IllegalStateException("cannot shut our own sockets down", impossible);
        }
        pageThread.interrupt();
        talkThread.interrupt();
        Uninterruptibly.join(pageThread, talkThread);
    }

    /// The worker has a child that does the work and holds the tree.
    private void kill() {
        ProcessHandle.of(worker.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .forEach(ProcessHandle::destroyForcibly);
        try {
            worker.kill();
        } catch (IOException impossible) {
            throw new IllegalStateException("cannot kill our own child " + worker.pid(), impossible);
        }
    }

    private Outcome outcome() {
        Failure why = failure.get();
        if (why == null && succeeded && allTaken) {
            try {
                // It points to what is not kept.
                Files.deleteIfExists(source.metadata().resolve(Request.PARENT_LINK));
                var said = DumpStatistics.read(work);
                return new Outcome.Done(said.frozen(), bytes(said.written()), bytes(said.inherited()));
            } catch (IOException unreadable) {
                why = new Failure(FailureCode.CRIU_DIED, unreadable.toString());
            }
        }
        if (why == null) {
            why = new Failure(FailureCode.CRIU_DIED, "without an answer");
        }
        return new Outcome.Failed(why.code().code(), (why.detail() + "\n" + new CriuLog(work).tail()).strip());
    }

    private static ByteCount bytes(long pages) {
        return new ByteCount(pages * Extent.PAGE_SIZE);
    }

    /// The first cause is the one to report: the others follow from it.
    private void fail(FailureCode why, String detail) {
        failure.compareAndSet(null, new Failure(why, detail));
    }

    private void awaitEnd() {
        try {
            worker.await();
        } catch (IOException lost) {
            fail(FailureCode.CRIU_DIED, lost.toString());
        } finally {
            thawed.countDown();
        }
    }

    private void talk() {
        var connection = new CriuConnection(worker.commands());
        try {
            connection.send(new Request.PreDump(source, worker));
            Response response = connection.receive();
            succeeded = response.success();
            if (!succeeded) {
                fail(FailureCode.CRIU_REFUSED, response.message());
            }
        } catch (IOException gone) {
            fail(FailureCode.CRIU_DIED, String.valueOf(gone.getMessage()));
        }
    }

    private void takePages(WireFormat format) {
        try {
            PageServer.serve(worker.pages(), format, new Watched());
            allTaken = true;
        } catch (ProtocolViolation violation) {
            switch (violation.code()) {
                // A stream that just ends is CRIU failing: it says why itself.
                case NOT_CLOSED, CUT_OFF -> {}
                default -> cutPages(FailureCode.PEER_VIOLATED, violation);
            }
        } catch (IOException _) {
            // CRIU is gone, and says why itself.
        } catch (InterruptedException | RuntimeException | Error refused) {
            cutPages(FailureCode.SINK_FAILED, refused);
        }
    }

    /// CRIU sees its page socket close, and gives up at once.
    private void cutPages(FailureCode why, Throwable cause) {
        fail(why, cause.toString());
        try {
            worker.cutPages();
        } catch (IOException impossible) {
            throw new IllegalStateException("cannot shut our own socket down", impossible);
        }
    }

    /// The first extent comes when the tree runs again. The sink is asked also when there is no parent: that
    /// the dirty bits are about to be reset is for it to know.
    private final class Watched implements PageSink {
        @Override
        public boolean hasParent(MemoryObject owner) {
            boolean known = sink.hasParent(owner);
            return known && source.parent() != null;
        }

        @Override
        public ByteBuffer reserve(Extent extent) throws InterruptedException {
            thawed.countDown();
            return sink.reserve(extent);
        }

        @Override
        public void commit(Extent extent) {
            sink.commit(extent);
        }

        @Override
        public void inherit(Extent extent) {
            thawed.countDown();
            sink.inherit(extent);
        }
    }
}
