package dev.lifeboat.notice;

import java.time.Duration;
import java.time.Instant;

/// What a cloud, a cluster or a person says of one node.
public sealed interface Notice {
    NoticeId id();

    NodeName node();

    /// The source package that saw it, such as `ec2-imds`; one of `eviction-listeners/`.
    String source();

    /// When our listener had the bytes, by its own clock.
    Instant receivedAt();

    /// The machine is taken at `window.closesAt`, whatever we do.
    record Preemption(NoticeId id, NodeName node, String source, Instant receivedAt, Instant closesAt, String action)
            implements Notice {}

    /// The node is being emptied; `grace` is what the drainer allows, measured from receipt.
    record Drain(NoticeId id, NodeName node, String source, Instant receivedAt, Duration grace) implements Notice {}

    /// The risk has risen but nothing is decided: only reversible work is allowed.
    record Advisory(NoticeId id, NodeName node, String source, Instant receivedAt) implements Notice {}

    /// An earlier notice no longer holds.
    record Withdrawal(NoticeId id, NodeName node, String source, Instant receivedAt, NoticeId withdrawn)
            implements Notice {}
}
