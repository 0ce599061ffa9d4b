package dev.lifeboat.agent;

import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;

/// Port: copies a running tree's memory with the kernel's help. The tree stands still for a moment only; its
/// pages come while it runs on.
@FunctionalInterface
public interface PreDumper {
    /// Hands over what has been written since `source.parent()`, or everything without one. Whatever ends it
    /// lets the tree go on.
    ///
    /// Pages may be torn, or newer than the moment when the tree stood still: the kernel counts them as
    /// written again, so the next pre-dump or dump that builds on this one carries them. What one that failed
    /// has carried counts for nothing: nobody knows what the kernel has forgotten meanwhile.
    ///
    /// @param source its limit is for standing still
    /// @throws InterruptedException when interrupted; the tree goes on
    Outcome preDump(Source source, PageSink pages) throws InterruptedException;

    /// What all pre-dumps so far have used in processes of their own, failed ones too; of those that have ended.
    default Duration processor() {
        return Duration.ZERO;
    }

    sealed interface Outcome {
        /// @param frozen how long the tree stood still
        /// @param written memory that came
        /// @param inherited memory that was left out
        record Done(Duration frozen, ByteCount written, ByteCount inherited) implements Outcome {}

        /// @param reason a stable code, listed in docs/reference/dump-failures.md
        /// @param logTail last lines of the dumper's log
        record Failed(String reason, String logTail) implements Outcome {}
    }
}
