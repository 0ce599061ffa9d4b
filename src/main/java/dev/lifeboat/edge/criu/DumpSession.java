package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.Checkpointer.DumpOutcome;
import dev.lifeboat.agent.Checkpointer.OnCaptured;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One dump with one CRIU. Four threads, because each of them may block in the kernel: the caller keeps the time, one
/// talks to CRIU, one takes pages, one waits for CRIU's end.
///
/// Exactly one of two things happens to the fate: it is sealed by a verdict to kill, and from then on the tree dies
/// whatever fails; or the dump is given up, and a verdict that comes later is not carried out.
final class DumpSession {
    /// CRIU needs milliseconds to kill a tree that it holds; after this we do it.
    private static final Duration FINISHING = Duration.ofSeconds(10);

    private enum Fate {
        OPEN,
        SEALED,
        GIVEN_UP
    }

    private final CriuHost host;
    private final CriuWorker worker;
    private final Source source;
    private final Path work;
    private final OnCaptured verdict;
    private final Optional<Surroundings> around;
    private final AtomicReference<Fate> fate = new AtomicReference<>(Fate.OPEN);
    private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
    private final CompletableFuture<ByteCount> pages = new CompletableFuture<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final Thread pageThread;
    private final Thread talkThread;
    private final Thread endThread;

    /// Known while it stands still.
    private volatile @Nullable ProcessTree tree;

    private volatile boolean atVerdict;
    private volatile boolean thawed;
    private volatile long frozenAtNanos;
    private volatile long endedAtNanos;

    DumpSession(CriuHost host, CriuWorker worker, WireFormat format, DumpTask task) {
        this.host = host;
        this.worker = worker;
        this.source = task.source();
        this.work = task.work();
        this.verdict = task.verdict();
        this.around = task.around();
        this.pageThread = Thread.ofPlatform().name("criu-pages").unstarted(() -> takePages(format, task.pages()));
        this.talkThread = Thread.ofPlatform().name("criu-talk").unstarted(this::talk);
        this.endThread = Thread.ofPlatform().name("criu-end").unstarted(this::awaitEnd);
    }

    /// @param work where CRIU leaves log and statistics
    /// @param around what stands around the tree, where it is a container's
    record DumpTask(Source source, Path work, PageSink pages, OnCaptured verdict, Optional<Surroundings> around) {}

    /// @param detail what was thrown, for the operator
    private record Failure(FailureCode code, String detail) {}

    DumpOutcome run() throws InterruptedException {
        endThread.start();
        pageThread.start();
        talkThread.start();
        boolean stopped = false;
        boolean tooLate = false;
        try {
            ended.get(source.limit().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException spent) {
            giveUp(FailureCode.LIMIT_SPENT);
        } catch (InterruptedException stop) {
            stopped = fate.compareAndSet(Fate.OPEN, Fate.GIVEN_UP);
            tooLate = !stopped;
        } catch (ExecutionException broken) {
            fail(FailureCode.CRIU_DIED, broken.toString());
        }
        finish();
        if (tooLate) {
            Thread.currentThread().interrupt();
        }
        if (stopped) {
            throw new InterruptedException("dump of pid " + source.pid() + " was given up");
        }
        return outcome();
    }

    private void giveUp(FailureCode why) {
        if (fate.compareAndSet(Fate.OPEN, Fate.GIVEN_UP)) {
            fail(why, "after " + source.limit());
        }
    }

    /// The first cause is the one to report: the others follow from it.
    private void fail(FailureCode why, String detail) {
        failure.compareAndSet(null, new Failure(why, detail));
    }

    /// Sees CRIU and our threads to their end; not to be interrupted, since a tree may hang on it.
    private void finish() {
        boolean again = false;
        long end = System.nanoTime() + FINISHING.toNanos();
        while (!ended.isDone()) {
            try {
                if (fate.get() == Fate.SEALED && System.nanoTime() - end < 0) {
                    ended.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } else {
                    kill();
                    ended.get();
                }
            } catch (InterruptedException stop) {
                again = true;
            } catch (TimeoutException | ExecutionException late) {
                fail(FailureCode.CRIU_DIED, late.toString());
            }
        }
        hangUp();
        pageThread.interrupt();
        talkThread.interrupt();
        Uninterruptibly.join(pageThread, talkThread, endThread);
        if (again) {
            Thread.currentThread().interrupt();
        }
    }

    private void kill() {
        try {
            worker.kill();
        } catch (IOException impossible) {
            throw new IllegalStateException("cannot kill our own child " + worker.pid(), impossible);
        }
    }

    private void hangUp() {
        try {
            worker.hangUp();
        } catch (IOException impossible) {
            throw new IllegalStateException("cannot shut our own sockets down", impossible);
        }
    }

    private DumpOutcome outcome() {
        ProcessTree last = tree;
        var frozen = Duration.ofNanos(Math.max(0, endedAtNanos - frozenAtNanos));
        if (fate.get() == Fate.SEALED && last != null) {
            // CRIU has done it, unless it died first.
            if (!last.kill()) {
                throw new IllegalStateException("pid " + source.pid() + " outlived SIGKILL");
            }
            return new DumpOutcome.Killed(frozenAsCriuSaw().orElse(frozen), pages.join());
        }
        Failure why = failure.get();
        boolean alive = last != null && last.runs();
        if (thawed && alive && why == null) {
            return new DumpOutcome.Thawed(frozen);
        }
        if (why == null) {
            why = new Failure(FailureCode.CRIU_DIED, "without an answer");
        }
        String told = (why.detail() + "\n" + new CriuLog(work).tail()).strip();
        return new DumpOutcome.Failed(why.code().code(), told, alive);
    }

    private Optional<Duration> frozenAsCriuSaw() {
        try {
            return Optional.of(DumpStatistics.read(work).frozen());
        } catch (IOException diedFirst) {
            return Optional.empty();
        }
    }

    private void awaitEnd() {
        try {
            int code = worker.await();
            endedAtNanos = System.nanoTime();
            if (atVerdict) {
                // It died before we answered; the tree is free again, whoever is at the verdict need not go on.
                fail(FailureCode.CRIU_DIED, "while frozen, exit code " + code);
            }
            talkThread.interrupt();
            pageThread.interrupt();
            ended.complete(code);
        } catch (IOException lost) {
            ended.completeExceptionally(lost);
        }
    }

    private void takePages(WireFormat format, PageSink sink) {
        PageSink taker = source.parent() == null ? new Parentless(sink) : sink;
        try {
            pages.complete(PageServer.serve(worker.pages(), format, taker));
        } catch (ProtocolViolation violation) {
            switch (violation.code()) {
                // A stream that just ends is CRIU failing: it says why itself.
                case NOT_CLOSED, CUT_OFF -> pages.completeExceptionally(violation);
                default -> cutPages(FailureCode.PEER_VIOLATED, violation);
            }
        } catch (IOException broken) {
            pages.completeExceptionally(broken);
        } catch (InterruptedException | RuntimeException | Error refused) {
            cutPages(FailureCode.SINK_FAILED, refused);
        }
    }

    /// CRIU sees its page socket close, and rolls back at once.
    private void cutPages(FailureCode why, Throwable cause) {
        fail(why, cause.toString());
        pages.completeExceptionally(cause);
        try {
            worker.cutPages();
        } catch (IOException impossible) {
            throw new IllegalStateException("cannot shut our own socket down", impossible);
        }
    }

    private void talk() {
        var connection = new CriuConnection(worker.commands());
        try {
            tree = ProcessTree.of(source.pid()).orElse(null);
            connection.send(new Request.Dump(source, worker, around));
            Response response = connection.receive();
            while (response.isNotification()) {
                connection.send(answer(response.script()));
                response = connection.receive();
            }
            if (!response.success() && !thawed) {
                fail(FailureCode.CRIU_REFUSED, response.message());
            }
        } catch (IOException gone) {
            fail(FailureCode.CRIU_DIED, gone.getMessage() == null ? gone.toString() : gone.getMessage());
        }
    }

    private Request answer(String script) {
        atVerdict = true;
        try {
            return switch (script) {
                case "query-ext-files" -> frozen();
                case "post-dump" -> captured();
                default -> new Request.Agreed();
            };
        } catch (InterruptedException | RuntimeException | Error refused) {
            fail(FailureCode.VERDICT_FAILED, refused.toString());
            return new Request.Objected();
        } finally {
            atVerdict = false;
        }
    }

    private Request frozen() {
        frozenAtNanos = System.nanoTime();
        // Only now, since nothing can be born any more.
        tree = ProcessTree.of(source.pid()).orElse(tree);
        verdict.frozen();
        return new Request.Agreed();
    }

    private Request captured() throws InterruptedException {
        if (pages.isCompletedExceptionally()) {
            return new Request.Objected();
        }
        pages.join();
        forgetParent();
        Verdict said = verdict.captured();
        if (said == Verdict.KILL && fate.compareAndSet(Fate.OPEN, Fate.SEALED)) {
            stopForGood();
            return new Request.Agreed();
        }
        thawed = said == Verdict.THAW;
        return new Request.Objected();
    }

    /// Everything is referred to from the checkpoint's own index: a link to what stays here must not travel.
    private void forgetParent() {
        try {
            Files.deleteIfExists(source.metadata().resolve(Request.PARENT_LINK));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// Should CRIU die before it kills, a pending SIGSTOP keeps the tree from running until we have killed it.
    private void stopForGood() {
        ProcessTree last = tree;
        for (ProcessHandle process : last == null ? List.<ProcessHandle>of() : last.processes()) {
            try {
                host.stop(process.pid());
            } catch (IOException refused) {
                process.destroyForcibly();
            }
        }
    }
}
