package dev.lifeboat.agent;

import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Connections;
import dev.lifeboat.workload.Means;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Dumps and restores process trees; the real one is CRIU.
public interface Checkpointer {

    /// Freezes the tree, feeds its pages to `pages`, asks `verdict` while everything stands still, then kills or thaws.
    ///
    /// Nobody has to clean up after it: whatever ends it (a sink that throws, the limit, an interrupt, the death of
    /// this process or of the dumper) lets the tree go on as if nothing had happened, unless [Verdict#KILL] came
    /// first. After that the tree is dead when this returns.
    ///
    /// @throws InterruptedException when interrupted before the verdict; the tree goes on
    DumpOutcome dump(Source source, PageSink pages, OnCaptured verdict) throws InterruptedException;

    /// @param metadata the folder's content as it was dumped, on tmpfs; the checkpointer adds what it needs
    RestoreOutcome restore(Path metadata, PageSource pages, OnRestored gate) throws InterruptedException;

    /// What this one can; plans go by it.
    default Means means() {
        return Means.CRIU;
    }

    /// Asked once, with everything restored and nothing running yet.
    @FunctionalInterface
    interface OnRestored {
        /// False, or anything thrown, kills the restored tree before it has run.
        ///
        /// @param pid of its root on this node: its own as ever, but for a container's
        boolean mayRun(long pid);
    }

    /// What to dump, and how long it may stand still for it.
    ///
    /// @param pid root of the tree
    /// @param metadata an empty folder on tmpfs, for everything that is not pages
    /// @param limit for the whole dump, the wait for the verdict included; then it is given up and the tree
    ///     goes on
    /// @param parent the metadata folder of the pre-dump that this one builds on; null when it
    ///     carries everything
    /// @param connections what becomes of established TCP connections; a restore does as the dump has said
    record Source(
            long pid,
            Path metadata,
            Duration limit,
            @Nullable Path parent,
            Connections connections) {
        /// Carries everything, and no connections.
        public Source(long pid, Path metadata, Duration limit) {
            this(pid, metadata, limit, null, Connections.REFUSE);
        }

        public Source {
            if (pid < 2 || limit.isNegative() || limit.isZero()) {
                throw new IllegalArgumentException("cannot dump pid " + pid + " within " + limit);
            }
        }
    }

    /// Called from a thread of the checkpointer.
    @FunctionalInterface
    interface OnCaptured {
        /// The tree stands still from now on; no page has come yet.
        default void frozen() {}

        /// Called once, with the tree frozen, every page handed over and all metadata written. Anything thrown thaws.
        ///
        /// @throws InterruptedException when the dump is given up meanwhile; the thread is interrupted for that
        Verdict captured() throws InterruptedException;
    }

    enum Verdict {
        /// The checkpoint is durable: the source may die.
        KILL,
        /// It is not: the source goes on.
        THAW
    }

    sealed interface DumpOutcome {
        /// @param frozen from the freeze to the kill, the wait for the verdict included
        record Killed(Duration frozen, ByteCount pages) implements DumpOutcome {}

        record Thawed(Duration frozen) implements DumpOutcome {}

        /// @param reason a stable code, listed in docs/reference/dump-failures.md
        /// @param logTail last lines of the dumper's log
        /// @param alive whether the tree was seen running and untraced afterwards
        record Failed(String reason, String logTail, boolean alive) implements DumpOutcome {}
    }

    sealed interface RestoreOutcome {
        /// It was let go. A job that had nearly finished may have ended by itself since.
        record Running(long pid) implements RestoreOutcome {}

        /// This machine cannot run it, others may; nothing was begun.
        record Unfit(String why) implements RestoreOutcome {}

        record Failed(String reason, String logTail) implements RestoreOutcome {}
    }
}
