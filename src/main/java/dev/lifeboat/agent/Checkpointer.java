package dev.lifeboat.agent;

import dev.lifeboat.quantity.ByteCount;
import java.nio.file.Path;
import java.time.Duration;

/// Dumps and restores process trees; the real one is CRIU.
public interface Checkpointer {

    /// Freezes the tree, feeds its pages to `pages`, asks `verdict` while everything stands still, then kills or thaws.
    ///
    /// @param pid root of the tree
    /// @param metadata an empty folder on tmpfs, for everything that is not pages
    DumpOutcome dump(long pid, Path metadata, PageSink pages, OnCaptured verdict) throws InterruptedException;

    /// @param metadata the folder's content as it was dumped, on tmpfs; the checkpointer adds what it needs
    RestoreOutcome restore(Path metadata, PageSource pages) throws InterruptedException;

    /// Called once, with the tree frozen and every page handed over.
    @FunctionalInterface
    interface OnCaptured {
        Verdict captured() throws InterruptedException;
    }

    enum Verdict {
        /// The checkpoint is durable: the source may die.
        KILL,
        /// It is not: the source goes on.
        THAW
    }

    sealed interface DumpOutcome {
        /// @param frozen CRIU's own frozen time where it gives one
        record Killed(Duration frozen, ByteCount pages) implements DumpOutcome {}

        record Thawed(Duration frozen) implements DumpOutcome {}

        /// @param logTail last lines of the dumper's log
        /// @param alive whether the tree was seen running and untraced afterwards
        record Failed(String reason, String logTail, boolean alive) implements DumpOutcome {}
    }

    sealed interface RestoreOutcome {
        record Running(long pid) implements RestoreOutcome {}

        record Failed(String reason, String logTail) implements RestoreOutcome {}
    }
}
