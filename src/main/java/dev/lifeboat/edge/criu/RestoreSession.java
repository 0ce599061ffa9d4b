package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.Checkpointer.OnRestored;
import dev.lifeboat.agent.Checkpointer.RestoreOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// One restore with one CRIU. The tree does not stay CRIU's child: it goes to the nearest reaper, so that it outlives
/// the agent.
final class RestoreSession {
    /// errno(3) EEXIST: what CRIU answers when a process number is taken.
    private static final int TAKEN = 17;

    private final Path work;
    private final OnRestored gate;
    private final Request.Terms terms;
    private volatile boolean denied;

    /// Whether what CRIU restores from is there; false when it never will be.
    private final CompletableFuture<Boolean> played = new CompletableFuture<>();

    /// Whether every page is there; false when it never will be.
    private final CompletableFuture<Boolean> whole = new CompletableFuture<>();

    /// Process numbers of the tree that were free before.
    private final List<Long> ours;

    /// @param numbers the tree's, as they were when it was dumped
    RestoreSession(Path work, List<Long> numbers, Request.Terms terms, OnRestored gate) {
        this.terms = terms;
        this.work = work;
        this.gate = gate;
        this.ours = numbers.stream()
                .filter(number -> ProcessHandle.of(number).isEmpty())
                .toList();
    }

    @FunctionalInterface
    interface Start {
        CriuWorker worker() throws IOException;
    }

    /// Who brings the pages.
    @FunctionalInterface
    interface Pages {
        /// Returns once everything is there that has to be before CRIU looks at a page. It gets itself
        /// ready meanwhile, and then waits.
        void early() throws IOException, InterruptedException;

        /// Returns once everything is there that must be before the tree runs. CRIU rebuilds it
        /// meanwhile, and then waits.
        default void late() throws IOException, InterruptedException {}

        /// CRIU has rebuilt everything, and nothing of it runs.
        default void rebuilt() {}

        /// CRIU has ended, wherever it was.
        default void ended() {}
    }

    /// @throws IOException as the pages did
    /// @throws InterruptedException of them or of CRIU; whatever is thrown, nothing is left running
    RestoreOutcome run(Start start, Pages pages) throws IOException, InterruptedException {
        try (var worker = start.worker()) {
            var answer = new CompletableFuture<Response>();
            Thread talk = Thread.ofPlatform().name("criu-talk").start(() -> talk(worker, pages, answer));
            try {
                bring(pages);
                return outcome(answer.get());
            } catch (ExecutionException gone) {
                undo(worker);
                return failed(FailureCode.CRIU_DIED);
            } catch (RebuiltMemory.Refused refused) {
                undo(worker);
                return new RestoreOutcome.Failed(
                        FailureCode.MEMORY_REFUSED.code(), refused.getMessage() + "\n" + new CriuLog(work).tail());
            } catch (IOException | InterruptedException | RuntimeException stop) {
                undo(worker);
                throw stop;
            } finally {
                played.complete(false);
                whole.complete(false);
                worker.hangUp();
                Uninterruptibly.join(talk);
                worker.await();
            }
        }
    }

    private void bring(Pages pages) throws IOException, InterruptedException {
        pages.early();
        played.complete(true);
        try {
            pages.late();
            whole.complete(true);
        } catch (RebuiltMemory.NeverRebuilt ended) {
            // CRIU's answer says why.
        }
    }

    /// Without CRIU, what is half restored would wait for it for ever, on the tree's process numbers.
    private void undo(CriuWorker worker) throws IOException {
        worker.kill();
        // One of them may just be making another.
        ProcessTree.settles(() -> {
            var left = ours.stream()
                    .map(ProcessHandle::of)
                    .flatMap(Optional::stream)
                    .toList();
            left.forEach(ProcessHandle::destroyForcibly);
            return left.isEmpty();
        });
    }

    private void talk(CriuWorker worker, Pages pages, CompletableFuture<Response> answer) {
        try {
            var connection = new CriuConnection(worker.commands());
            connection.send(new Request.Restore(worker, terms));
            Response response = connection.receive();
            while (response.isNotification()) {
                connection.send(mayGoOn(response, pages) ? new Request.Agreed() : new Request.Objected());
                response = connection.receive();
            }
            answer.complete(response);
        } catch (IOException gone) {
            answer.completeExceptionally(gone);
        } finally {
            pages.ended();
        }
    }

    /// At pre-restore CRIU has read everything but pages, and made nothing yet. At post-restore everything is rebuilt
    /// and nothing runs; it is the last step at which CRIU kills on a no (criu/cr-restore.c, restore_root_task).
    private boolean mayGoOn(Response step, Pages pages) {
        return switch (step.script()) {
            case "pre-restore" -> played.join();
            case "post-restore" -> {
                pages.rebuilt();
                yield whole.join() && mayRun(step);
            }
            default -> true;
        };
    }

    private boolean mayRun(Response step) {
        try {
            denied = !gate.mayRun(step.pid());
        } catch (RuntimeException | Error refused) {
            denied = true;
        }
        return !denied;
    }

    private RestoreOutcome outcome(Response response) {
        if (denied) {
            return failed(FailureCode.NOT_ALLOWED);
        }
        if (!response.success()) {
            return failed(response.errno() == TAKEN ? FailureCode.PID_TAKEN : FailureCode.CRIU_REFUSED);
        }
        return new RestoreOutcome.Running(response.pid());
    }

    private RestoreOutcome failed(FailureCode why) {
        return new RestoreOutcome.Failed(why.code(), new CriuLog(work).tail());
    }
}
