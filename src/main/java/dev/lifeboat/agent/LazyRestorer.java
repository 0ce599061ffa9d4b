package dev.lifeboat.agent;

import dev.lifeboat.agent.Checkpointer.OnRestored;
import dev.lifeboat.quantity.ByteCount;
import java.nio.file.Path;

/// Port: lets a tree run again before its pages are there; they come when they are touched, and all others behind it.
@FunctionalInterface
public interface LazyRestorer {
    /// @param metadata the folder's content as it was dumped, on tmpfs; it must stay until the [Filling] is over
    /// @param pages asked from one thread. Where it throws [StoreFailed] it is asked again, and who wants that page
    ///     stands still meanwhile
    LazyOutcome restoreLazily(Path metadata, PageSource pages, OnRestored gate) throws InterruptedException;

    sealed interface LazyOutcome {
        record Running(long pid, Filling filling) implements LazyOutcome {}

        /// Nothing of it runs; whether it can at all a restore of everything tells.
        ///
        /// @param reason a stable code, listed in docs/reference/dump-failures.md
        record Failed(String reason, String logTail) implements LazyOutcome {}
    }

    /// What is still to come of a tree that runs already.
    interface Filling {
        /// Waits until nothing is missing any more, or nothing of the tree is left; once.
        End await() throws InterruptedException;

        /// So far; from any thread.
        ByteCount missing();
    }

    sealed interface End {
        /// Every page is there, or the tree has ended by itself.
        record Whole() implements End {}

        /// Pages could not be brought any more, so that the tree was killed: it has not seen a page that was not its
        /// own, but it ran.
        record Killed(String reason, String logTail) implements End {}
    }
}
