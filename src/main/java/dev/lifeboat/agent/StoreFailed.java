package dev.lifeboat.agent;

/// The store did not do what it was asked; the message names the object and says what came back.
public final class StoreFailed extends RuntimeException {
    private final Kind kind;
    private final String detail;

    public StoreFailed(Kind kind, String detail) {
        super(detail);
        this.kind = kind;
        this.detail = detail;
    }

    public StoreFailed(Kind kind, String detail, Throwable cause) {
        super(detail, cause);
        this.kind = kind;
        this.detail = detail;
    }

    public Kind kind() {
        return kind;
    }

    /// The message, never null.
    public String detail() {
        return detail;
    }

    /// What the agent can do about it.
    public enum Kind {
        /// It answered no: credentials, a full bucket, a condition that did not hold.
        REFUSED,
        /// It did not answer in time, or the draft was given up.
        STALLED,
        /// There is no such object.
        NOT_FOUND
    }
}
