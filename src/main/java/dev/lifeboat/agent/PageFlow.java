package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.Extent;
import java.io.Closeable;
import java.nio.ByteBuffer;

/// The pages of one checkpoint on their way into memory; what is asked for and not there yet comes next.
public interface PageFlow extends Closeable {
    /// Puts the pages from the extent's start on, verified: the first, for which it waits, and those
    /// behind it that are there. One thread at a time may ask.
    ///
    /// What was put is given up here, and comes anew should it be asked for again.
    ///
    /// @param target with room for all of them
    /// @return pages put, at least one
    /// @throws StoreFailed when the store did not give it: it is to be asked for again
    /// @throws CorruptCheckpoint naming any chunk that is not what was put there
    long take(Extent extent, ByteBuffer target) throws InterruptedException;

    /// Until now only those came that were wanted first, and what was asked for: from here on all do,
    /// asked for or not.
    void bringAll();

    /// Nothing comes any more, and whoever waits is told so; from any thread. Reads that are under way
    /// end behind it.
    @Override
    void close();
}
