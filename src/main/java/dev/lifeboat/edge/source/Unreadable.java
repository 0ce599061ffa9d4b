package dev.lifeboat.edge.source;

import dev.lifeboat.notice.Rejection;

/// Leaves a parser at the first thing that is wrong. Caught by [Fields#reading], so it never passes a parser's edge.
public final class Unreadable extends Exception {
    private final transient Rejection reason;

    /// @param detail the field and what was wrong with it
    public Unreadable(Rejection reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    public Rejection reason() {
        return reason;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
