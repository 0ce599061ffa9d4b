package dev.lifeboat.listener;

import dev.lifeboat.notice.Notice;

/// What a source's word may set off.
public enum Trust {
    /// Anything, the end of a workload's copy on its node included.
    FULL,
    /// Only what can be undone: every word counts as an advisory. For sources that anybody can write to.
    REVERSIBLE;

    /// The notice as far as it is believed.
    public Notice limit(Notice notice) {
        return switch (this) {
            case FULL -> notice;
            case REVERSIBLE ->
                switch (notice) {
                    case Notice.Preemption _, Notice.Drain _, Notice.Death _ ->
                        new Notice.Advisory(notice.id(), notice.node(), notice.source(), notice.receivedAt());
                    case Notice.Advisory advisory -> advisory;
                    case Notice.Withdrawal withdrawal -> withdrawal;
                    case Notice.Canary canary -> canary;
                };
        };
    }
}
