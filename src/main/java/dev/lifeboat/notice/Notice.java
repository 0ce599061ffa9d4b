package dev.lifeboat.notice;

import java.time.Duration;
import java.time.Instant;

/// What a cloud, a cluster or a person says of one node.
///
/// Several notices may speak of one reclaim: [Reclaim] folds them into one effect.
public sealed interface Notice {
    /// The same content has the same id, whoever saw it and however often.
    NoticeId id();

    NodeName node();

    /// The source that saw it, such as `ec2-imds`: a folder of `eviction-listeners/`.
    String source();

    /// When our listener had the bytes, by its own clock.
    Instant receivedAt();

    /// The machine is taken at `closesAt`, whatever we do.
    ///
    /// @param closesAt by the cloud's clock; at or before `receivedAt` when there is no window at all
    record Preemption(NoticeId id, NodeName node, String source, Instant receivedAt, Instant closesAt, Action action)
            implements Notice {}

    /// The node is being emptied; `grace` is what the drainer allows, measured from receipt.
    record Drain(NoticeId id, NodeName node, String source, Instant receivedAt, Duration grace) implements Notice {
        public Drain {
            if (grace.isNegative()) {
                throw new IllegalArgumentException("a drain's grace cannot be negative: " + grace);
            }
        }
    }

    /// The risk has risen but nothing is decided: only reversible work is allowed.
    record Advisory(NoticeId id, NodeName node, String source, Instant receivedAt) implements Notice {}

    /// The machine is dead already: there is nothing to checkpoint, only to restore from the last good image.
    record Death(NoticeId id, NodeName node, String source, Instant receivedAt) implements Notice {}

    /// A rehearsal: goes the whole way to the node's agent and back, and touches nothing.
    record Canary(NoticeId id, NodeName node, String source, Instant receivedAt) implements Notice {}

    /// An earlier notice no longer holds. It may arrive before the notice that it withdraws.
    record Withdrawal(NoticeId id, NodeName node, String source, Instant receivedAt, NoticeId withdrawn)
            implements Notice {}
}
