package dev.lifeboat.edge.criu;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;

/// What CRIU tells its page server, one header each.
sealed interface PageCommand {
    /// Extents of this object follow; answered by one byte: whether there is a parent.
    record Open(MemoryObject owner) implements PageCommand {}

    /// Does a parent know this object? Answered by four bytes.
    record AskParent(MemoryObject owner) implements PageCommand {}

    /// The extent's pages follow.
    record Take(Extent extent) implements PageCommand {}

    /// As in the parent; nothing follows.
    record Inherit(Extent extent) implements PageCommand {}

    /// That was all; answered by four bytes: zero when everything was taken.
    record Close() implements PageCommand {}
}
