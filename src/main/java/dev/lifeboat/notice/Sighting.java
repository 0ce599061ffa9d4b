package dev.lifeboat.notice;

import java.time.Instant;

/// One source's word on a reclaim.
///
/// @param first what it said, as it was received first; of what was taken back and given again, since then
/// @param last the same, as it was received last
public record Sighting(Notice first, Notice last) {
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
        boolean later = again.receivedAt().isAfter(last.receivedAt());
        return earlier || later ? new Sighting(earlier ? again : first, later ? again : last) : this;
    }

    /// What of it holds once all that was said until then is taken back; itself, too, where that is nothing.
    Sighting since(Instant withdrawnAt) {
        boolean begins = !first.receivedAt().isAfter(withdrawnAt) && isAfter(withdrawnAt);
        return begins ? new Sighting(last, last) : this;
    }

    /// Whether it was said after that.
    boolean isAfter(Instant withdrawnAt) {
        return last.receivedAt().isAfter(withdrawnAt);
    }
}
