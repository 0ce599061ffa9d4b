package dev.lifeboat.edge.criu;

import dev.lifeboat.checkpoint.Extent;

/// What CRIU's lazy-pages daemon asks of its page server, one header each.
sealed interface PageRequest {
    /// Answered by a header and pages from the same address on: all of them, or fewer.
    record Get(Extent extent) implements PageRequest {}

    /// Nothing is missing any more; answered by four bytes.
    record Close() implements PageRequest {}
}
