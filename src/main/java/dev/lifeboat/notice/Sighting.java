package dev.lifeboat.notice;

import java.time.Instant;

/// One source's word on a reclaim.
///
/// @param first what it said, as it was received first
/// @param lastSeen when the same was last said
public record Sighting(Notice first, Instant lastSeen) {
    NoticeId id() {
        return first.id();
    }

    /// When this sighting says that the node ends; [Instant#MAX] where it names no time.
    Instant closesAt() {
        return switch (first) {
            case Notice.Preemption preemption -> preemption.closesAt();
            case Notice.Drain drain -> drain.receivedAt().plus(drain.grace());
            case Notice.Death death -> death.receivedAt();
            case Notice.Advisory _, Notice.Withdrawal _, Notice.Canary _ -> Instant.MAX;
        };
    }

    /// The same word heard again, in whatever order the two arrived.
    Sighting and(Notice again) {
        boolean earlier = again.receivedAt().isBefore(first.receivedAt());
        boolean later = again.receivedAt().isAfter(lastSeen);
        return earlier || later ? new Sighting(earlier ? again : first, later ? again.receivedAt() : lastSeen) : this;
    }
}
